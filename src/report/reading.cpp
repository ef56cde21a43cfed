#include "report/reading.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace sheaf::report {
namespace {

/// A run's tokens a row, without overlap.
json::Value tokens_of_row(const json::Value& run) {
  const auto rows = real(run, "rows");
  const auto less = [&](std::string_view all, std::string_view part) {
    const auto whole = real(run, all);
    return whole ? std::optional(*whole - real(run, part).value_or(0)) : std::nullopt;
  };
  json::Object out;
  out.emplace_back("input", number(quotient(less("tokens.input", "tokens.cached_input"), rows)));
  out.emplace_back("cached_input", number(quotient(real(run, "tokens.cached_input"), rows)));
  out.emplace_back("output", number(quotient(less("tokens.output", "tokens.reasoning"), rows)));
  out.emplace_back("reasoning", number(quotient(real(run, "tokens.reasoning"), rows)));
  return out;
}

json::Value size_of_run(const json::Value& run) {
  json::Object out;
  for (const std::string_view name :
       {"batch_size", "accuracy", "tokens_per_row", "usd_per_row", "ms_per_row"}) {
    out.emplace_back(name, at(run, name));
  }
  out.emplace_back("requests_per_row", number(quotient(real(run, "requests"), real(run, "rows"))));
  out.emplace_back("tokens_of_row", tokens_of_row(run));
  out.emplace_back("cells", json::Array{at(run, "name")});
  return out;
}

}  // namespace

const json::Value& at(const json::Value& value, std::string_view path) {
  static const json::Value nothing;
  const json::Value* found = value.find_path(path);
  return found == nullptr ? nothing : *found;
}

const json::Array& list(const json::Value& value, std::string_view path) {
  static const json::Array nothing;
  const json::Array* found = at(value, path).array();
  return found == nullptr ? nothing : *found;
}

std::optional<double> real(const json::Value& value, std::string_view path) {
  return at(value, path).real();
}

bool is_true(const json::Value& value, std::string_view path) {
  const bool* found = at(value, path).boolean();
  return found != nullptr && *found;
}

json::Value number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return json::Null{};
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *value).ptr;
  return json::Number{std::string(digits.data(), end)};
}

std::optional<double> quotient(std::optional<double> value, std::optional<double> divisor) {
  if (!value || !divisor || *divisor == 0) return std::nullopt;
  return *value / *divisor;
}

void append_fields(json::Array& row, const json::Value& value,
                   std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) row.push_back(at(value, path));
}

std::vector<Size> sizes(const json::Value& report) {
  std::vector<Size> out;
  for (const json::Value& variant : list(report, "variants")) {
    for (const json::Value& size : list(variant, "sizes")) {
      out.push_back({at(variant, "name"), size, is_true(size, "recommended")});
    }
  }
  if (!out.empty()) return out;
  for (const json::Value& run : list(report, "cells")) {
    out.push_back({at(run, "name"), size_of_run(run), false});
  }
  return out;
}

const json::Value& run_named(const json::Value& report, const json::Value& name) {
  static const json::Value nothing;
  for (const json::Value& run : list(report, "cells")) {
    if (at(run, "name") == name) return run;
  }
  return nothing;
}

}  // namespace sheaf::report
