// Numbers as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sheaf::cli {

std::string grouped(std::int64_t number);  ///< "1,234,567"
/// "$12.34"; smaller amounts with more decimals.
std::string dollars(double usd);
/// "0.8s", "12s", "2m34s", "1h05m", "3d04h".
std::string duration(std::chrono::milliseconds time);
std::string percent(std::int64_t part, std::int64_t whole);   ///< "98.7%"
std::string ratio(double larger, double smaller);             ///< "5.2x"; "-" without a divisor.
std::string with_noun(std::int64_t count, std::string noun);  ///< "1 row", "2 rows"

/// Lines of cells with two spaces before each. The first column is set to the left, the others to
/// the right. A line of one cell does not widen its column.
std::string table(const std::vector<std::vector<std::string>>& lines);

}  // namespace sheaf::cli
