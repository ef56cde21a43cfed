#include "task/yaml_tree.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_nodes = 100'000;
constexpr const char* too_deep = "nested too deeply; a task file needs few levels";

/// Ends the parse from inside a callback; caught in parse_yaml.
struct Refusal {
  YamlProblem problem;
};

Position position_of(const YAML::Mark& mark) {
  return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

Position position_at(std::string_view text, std::size_t offset) {
  Position at;
  for (const char c : text.substr(0, offset)) {
    ++at.column;
    if (c == '\n') at = {at.line + 1, 1};
  }
  return at;
}

std::size_t count(const YamlNode& node) {
  std::size_t nodes = 1;
  for (const auto& item : node.items) nodes += count(item);
  for (const auto& entry : node.entries) nodes += count(entry.value);
  return nodes;
}

/// The document's text by line, to look at what the library does not tell.
class Source {
 public:
  explicit Source(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\n') starts_.push_back(at + 1);
    }
  }

  /// Whether the scalar written at `at` opens with a quote that nothing closes.
  bool has_open_quote(Position at) const {
    std::size_t offset = scalar_offset(at);
    if (offset >= text_.size()) return false;
    const char quote = text_[offset];
    if (quote != '"' && quote != '\'') return false;
    for (++offset; offset < text_.size(); ++offset) {
      const bool doubled = quote == '\'' && text_.substr(offset).starts_with("''");
      if (doubled || (quote == '"' && text_[offset] == '\\')) {
        ++offset;
      } else if (text_[offset] == quote) {
        return false;
      }
    }
    return true;
  }

 private:
  /// Behind the anchor and the tag, which the library counts as part of the scalar.
  std::size_t scalar_offset(Position at) const {
    const auto line = static_cast<std::size_t>(at.line - 1);
    if (line >= starts_.size()) return text_.size();
    std::size_t offset = starts_[line] + static_cast<std::size_t>(at.column - 1);
    while (offset < text_.size() && (text_[offset] == '&' || text_[offset] == '!')) {
      offset = text_.find_first_of(" \t\r\n", offset);
      if (offset != std::string_view::npos) offset = text_.find_first_not_of(" \t\r\n", offset);
    }
    return offset;
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view text) : source_(text) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      refuse(position_of(mark), "a second document begins here; a task file holds one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.at = position_of(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      refuse(position_of(mark), "this alias stands inside what it names; write the value out");
    }
    count_copy(found->second, position_of(mark));
    YamlNode node = found->second;
    node.at = position_of(mark);
    finish(std::move(node), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.at = position_of(mark);
    node.text = value;
    node.quoted = tag != "?";
    check_tag(node.at, tag);
    if (source_.has_open_quote(node.at)) {
      refuse(node.at, "this quote is never closed; close it");
    }
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<YamlEntry> entry;  ///< The key that waits for its value.
    std::map<std::string, Position> keys;
  };

  [[noreturn]] static void refuse(Position at, std::string reason) {
    throw Refusal{{at, std::move(reason)}};
  }

  static void check_tag(Position at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    refuse(at, "a tag such as '!!int' has no meaning here; remove it");
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.at = position_of(mark);
    frame.anchor = anchor;
    check_tag(frame.node.at, tag);
    if (frames_.size() == deepest) refuse(frame.node.at, too_deep);
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }

  void count_copy(const YamlNode& node, Position at) {
    nodes_ += count(node);
    if (nodes_ > most_nodes) {
      refuse(at, "the aliases of this file grow too large; write the values out");
    }
  }

  void finish(YamlNode node, YAML::anchor_t anchor) {
    if (++nodes_ > most_nodes) refuse(node.at, "this file is too large; a task file is short");
    if (anchor != 0) {
      count_copy(node, node.at);
      anchored_.insert_or_assign(anchor, node);
    }
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlNode::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (frame.entry) {
      frame.entry->value = std::move(node);
      frame.node.entries.push_back(*std::exchange(frame.entry, std::nullopt));
    } else {
      frame.entry = key_of(frame, std::move(node));
    }
  }

  static YamlEntry key_of(Frame& frame, YamlNode node) {
    if (node.kind != YamlNode::Kind::scalar) {
      refuse(node.at, fmt::format("a key must be text, not {}; put a value that begins with '{{' "
                                  "or '[' in quotes",
                                  kind_name(node.kind)));
    }
    if (node.text == "<<" && !node.quoted) {
      refuse(node.at, "merge keys ('<<') are not read here; write the keys out");
    }
    const auto [first, is_new] = frame.keys.emplace(node.text, node.at);
    if (!is_new) {
      refuse(node.at, fmt::format("repeated key '{}', first on line {}; keep one of them",
                                  text::display_safe(node.text, 60), first->second.line));
    }
    return {std::move(node.text), node.at, {}};
  }

  Source source_;
  YamlNode root_;
  bool started_ = false;
  std::size_t nodes_ = 0;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, YamlNode> anchored_;
};

std::optional<YamlProblem> refuse_bytes(std::string_view text) {
  if (const auto bad = text::find_invalid_utf8(text)) {
    return YamlProblem{position_at(text, *bad), "not UTF-8 here; save the file as UTF-8"};
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != 0x7F) continue;
    if (byte == '\t' || byte == '\n' || byte == '\r') continue;
    return YamlProblem{position_at(text, at), "a control character stands here; remove it"};
  }
  return std::nullopt;
}

/// What usually mends a complaint of the library.
std::string_view remedy_for(std::string_view complaint) {
  const std::array<std::pair<std::string_view, std::string_view>, 5> remedies{{
      {YAML::ErrorMsg::MAP_VALUE, "put a value that holds ': ' in quotes, or mend the indentation"},
      {YAML::ErrorMsg::TAB_IN_INDENTATION, "indent with spaces"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN, "put a value that begins with this character in quotes"},
      {YAML::ErrorMsg::UNKNOWN_ANCHOR, "put a value that begins with '*' in quotes"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "close the list with ']'"},
  }};
  for (const auto& [known, remedy] : remedies) {
    if (complaint == known) return remedy;
  }
  return "check the indentation, quotes and brackets here";
}

YamlProblem syntax_problem(const YAML::Exception& error) {
  return {position_of(error.mark),
          fmt::format("not valid YAML: {}; {}", text::display_safe(error.msg, 100),
                      remedy_for(error.msg))};
}

}  // namespace

std::expected<YamlNode, YamlProblem> parse_yaml(std::string_view text) {
  if (auto problem = refuse_bytes(text)) return std::unexpected(std::move(*problem));
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(text);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refusal& refusal) {
    return std::unexpected(refusal.problem);
  } catch (const YAML::DeepRecursion& error) {
    return std::unexpected(YamlProblem{position_of(error.mark), too_deep});
  } catch (const YAML::Exception& error) {
    return std::unexpected(syntax_problem(error));
  } catch (const std::exception&) {
    return std::unexpected(
        YamlProblem{{}, "cannot be read as YAML; check what kind of file it is"});
  }
}

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return "text";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "";
}

}  // namespace sheaf::task
