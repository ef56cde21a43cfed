// One mapping of the task file, read key by key with its types and ranges checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "task/keys.hpp"
#include "task/problems.hpp"
#include "task/yaml_tree.hpp"

namespace sheaf::task {

struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

template <class E>
using Word = std::pair<std::string_view, E>;

/// A view of a mapping; borrows the tree and the problems. A value of the wrong kind is a problem
/// and reads as absent, so does null. Asking for a key that is not among `keys` is a bug.
class Section {
 public:
  /// Refuses at once what is no mapping and every key that is not among `keys`. `node` is null
  /// when the section is absent; `at` is the place to name for a missing key; `path` is its full
  /// name, empty for the file itself.
  Section(const YamlNode* node, Position at, std::string path, std::span<const keys::Name> keys,
          Problems& problems);

  /// The value of a key; nullptr when it is absent or null.
  const YamlNode* find(std::string_view key) const;
  Section section(std::string_view key, std::span<const keys::Name> keys) const;

  std::optional<std::string> text(std::string_view key) const;
  /// Text that says something: "" is a problem.
  std::optional<std::string> filled(std::string_view key) const;
  std::optional<std::int64_t> whole(std::string_view key, Range range) const;

  template <class E, std::size_t N>
  std::optional<E> one_of(std::string_view key, const std::array<Word<E>, N>& words) const {
    const auto value = text(key);
    if (!value) return std::nullopt;
    std::vector<std::string> known;
    for (const auto& [word, meaning] : words) {
      if (word == *value) return meaning;
      known.emplace_back(word);
    }
    refuse_word(key, *value, known);
    return std::nullopt;
  }

  /// A problem at the value of `key` (at the section when it is absent): "'answer.type' REST".
  void refuse(std::string_view key, std::string_view rest) const;
  /// The problem that a needed key is absent; `what_to_write` follows "add it: ".
  void missing(std::string_view key, std::string_view what_to_write) const;
  /// The problem that `value` is none of `known`, with the nearest of them.
  void refuse_word(std::string_view key, std::string_view value,
                   const std::vector<std::string>& known) const;

  /// The full name of a key: "answer.type".
  std::string name_of(std::string_view key) const;
  Position at(std::string_view key) const;
  Position at() const { return at_; }
  Problems& problems() const { return *problems_; }

 private:
  void check_keys() const;
  void refuse_unknown(const YamlEntry& entry) const;

  const YamlNode* node_ = nullptr;
  Position at_;
  std::string path_;
  std::span<const keys::Name> keys_;
  Problems* problems_;
};

/// Whether a key names a secret ("api_key", "token", "Authorization"): such a key is never known.
bool names_secret(std::string_view key);
/// The message for it.
std::string secret_in_file(std::string_view key);

}  // namespace sheaf::task
