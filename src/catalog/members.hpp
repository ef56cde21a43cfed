// The members of one object of the catalog's file, read with their types checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "core/money.hpp"

namespace sheaf::catalog {

/// A view; borrows the value and the error, of which the first counts. What is wrong reads as
/// absent. Every member must be asked for before `refuse_others`.
class Members {
 public:
  /// `path` is the object's own name: "prices.live".
  Members(const json::Value& value, std::string path, std::string& error);

  const json::Value* find(std::string_view name);
  std::string text(std::string_view name);
  std::optional<std::int64_t> count(std::string_view name);  ///< From 1.
  bool flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  /// Dollars per million tokens, as the price of one.
  std::optional<Money> price(std::string_view name);
  /// "2026-12-01"; empty when absent.
  std::string day(std::string_view name);
  template <class E, std::size_t N>
  std::optional<E> one_of(std::string_view name,
                          const std::array<std::pair<std::string_view, E>, N>& words) {
    const auto word = text(name);
    if (word.empty()) return std::nullopt;
    std::vector<std::string_view> known;
    for (const auto& [written, meaning] : words) {
      if (written == word) return meaning;
      known.push_back(written);
    }
    refuse_word(name, known);
    return std::nullopt;
  }
  /// The elements of a list; no pointer when there is none.
  const json::Array* list(std::string_view name);

  void refuse_others();
  void refuse(std::string_view name, std::string_view rest);
  std::string name_of(std::string_view name) const;
  std::string& error() { return *error_; }

 private:
  void refuse_word(std::string_view name, std::span<const std::string_view> known);

  const json::Object* members_;
  std::string path_;
  std::string* error_;
  std::vector<std::string_view> asked_;
};

}  // namespace sheaf::catalog
