// A YAML text as a tree that remembers what was written and where. Stricter than the library
// behind it, which keeps both of two equal keys, takes an unclosed quote for the rest of the file
// and a control character for its end.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::task {

/// A place in a file, both counted from 1; columns are bytes.
struct Position {
  int line = 1;
  int column = 1;
};

struct YamlEntry;

/// One node. Aliases stand as copies of what they name.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  Position at;
  std::string text;     ///< Of a scalar: its characters, never a conversion ("1.0", "yes").
  bool quoted = false;  ///< Of a scalar: quoted, a block or tagged !!str, so never a number.
  std::vector<YamlNode> items;     ///< Of a sequence.
  std::vector<YamlEntry> entries;  ///< Of a mapping, in order; no two keys are equal.
};

struct YamlEntry {
  std::string key;
  Position key_at;
  YamlNode value;
};

/// Why a text is refused: "what; what to do".
struct YamlProblem {
  Position at;
  std::string reason;
};

/// Reads one YAML document (an empty text is a null node). Refused: bytes that are not UTF-8,
/// control characters, syntax errors, equal keys in one mapping, keys that are not text, merge
/// keys, tags other than !!str, a second document, more than 64 levels, more than 100,000 nodes,
/// those of aliases and what their anchors keep included.
std::expected<YamlNode, YamlProblem> parse_yaml(std::string_view text);

/// The English name of a node's kind, for "must be text, not a list".
std::string_view kind_name(YamlNode::Kind kind);

}  // namespace sheaf::task
