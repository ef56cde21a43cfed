#include "provider/redact.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf::provider {
namespace {

TEST(Redact, HidesWhatLooksLikeAKey) {
  EXPECT_EQ(redact("Incorrect API key provided: sk-proj-Ab3. See the page."),
            "Incorrect API key provided: ***. See the page.");
  EXPECT_EQ(redact("key sk-abcd****************wxyz!"), "key ***!");
  EXPECT_EQ(redact("Authorization: Bearer abc.d/ef, x.y"), "Authorization: Bearer ***, x.y");
  EXPECT_EQ(redact("\"bearer\": \"t\""), "\"bearer\": \"t\"");
  EXPECT_EQ(redact("0123456789abcdef0123456789abcdef"), "***");
  EXPECT_EQ(redact("a=AbCdEfGhIjKlMnOpQrStUvWxYz012345=="), "***");
  EXPECT_EQ(redact("gsk_12345678 hf_abcdefgh"), "*** ***");
}

TEST(Redact, HidesTheKeysOfEveryProvider) {
  for (const std::string key :
       {"sk-proj-Ab3x", "sk-ant-api03-Ab_c-d", "AIzaSyA-b_c", "0123456789abcdef0123456789abcdef",
        "AbCd1234EfGh5678IjKl9012MnOp3456", "sk-or-v1-ab12"}) {
    EXPECT_EQ(redact("x-api-key: " + key + "."), "x-api-key: ***.") << key;
    EXPECT_EQ(redact("?a=b=" + key + "&a"), "?***&a") << key;
  }
}

TEST(Redact, LeavesOrdinaryTextAlone) {
  for (const std::string text :
       {"The model `accounts/fireworks/models/llama-v3p1-405b-instruct` does not exist",
        "see https://platform.openai.com/account/api-keys.", "limit 30000, requested 32042",
        "2025-11-06T08:49:37Z", "id 123e4567-e89b-12d3-a456-426614174000", "sk-", "a risk-free one",
        "internationalization of counterrevolutionaries", "Bearer", "käse-übersicht", ""}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(Shown, IsSafeForATerminalAndShort) {
  EXPECT_EQ(shown(" a\x1b[31mb\n"), "a\\u{1b}[31mb");
  EXPECT_LE(shown(std::string(10'000, 'x')).size(), 300u);
}

RC_GTEST_PROP(RedactProperty, NoKeySurvivesInAnyText, (std::string before, std::string after)) {
  const auto body = *rc::gen::container<std::string>(
      24, rc::gen::oneOf(rc::gen::inRange('0', '9'), rc::gen::inRange('a', 'z')));
  const std::string key = "sk-" + body;
  RC_ASSERT(redact(before + " " + key + " " + after).find(body) == std::string::npos);
}

}  // namespace
}  // namespace sheaf::provider
