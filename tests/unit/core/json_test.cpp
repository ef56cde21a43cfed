#include "core/json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sheaf::json {
namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse(text);
  return value ? dump(*value) : "error: " + value.error().reason;
}

TEST(Json, KeepsEveryNumberAsItsDigits) {
  for (const std::string text :
       {"0", "-0", "1e400", "-1E-400", "1.0", "1.50", "100000000000000000000000000000000000000001",
        "0.1000000000000000055511151231257827", "18446744073709551616", "1E+2"}) {
    EXPECT_EQ(round_trip(text), text);
    EXPECT_EQ(round_trip("[" + text + ",{\"a\":" + text + "}]"),
              "[" + text + ",{\"a\":" + text + "}]");
  }
}

TEST(Json, KeepsMembersInTheirOrder) {
  EXPECT_EQ(round_trip(R"({"z":1,"a":{"y":null,"b":true},"m":[]})"),
            R"({"z":1,"a":{"y":null,"b":true},"m":[]})");
}

}  // namespace
}  // namespace sheaf::json
