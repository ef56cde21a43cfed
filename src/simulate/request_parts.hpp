// What the readers of the wire formats share: members of a body, and a conversation put together.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "simulate/model_request.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

using Done = std::expected<void, Refusal>;

/// `param` must outlive the refusal: a literal, or a name in a table.
std::unexpected<Refusal> refuse(std::string message, std::string_view param = {},
                                std::string_view code = {});

/// The member unless it is absent or null.
const json::Value* member(const json::Value& value, std::string_view name);
const std::string* string_member(const json::Value& value, std::string_view name);
/// False where it is absent; nullopt where it is no boolean.
std::optional<bool> flag_member(const json::Value& value, std::string_view name);

/// The first member of `object` that is not among `known`; nullptr when all are.
const std::string* unknown_member(const json::Object& object,
                                  std::span<const std::string_view> known);

/// Refuses a whole number below `least`; absent: no cap.
Done read_cap(const json::Value& body, std::string_view name, std::int64_t least,
              ModelRequest& request);
/// A string or a list of strings; absent: none.
Done read_stops(const json::Value& body, std::string_view name, ModelRequest& request);

/// Puts a conversation together, message by message, and counts it. Every text of a message is a
/// part of the prompt, which a cache may be told to keep up to.
class Conversation {
 public:
  /// What a format says of one part beside its text: a mark for the cache, or nothing.
  using ReadMark =
      std::function<std::expected<std::optional<CacheWish::Mark>, Refusal>(const json::Value&)>;
  /// The types of a part that are text ("text", "input_text"); empty: parts have no type.
  explicit Conversation(std::vector<std::string_view> text_types, ReadMark read_mark = {})
      : text_types_(std::move(text_types)), read_mark_(std::move(read_mark)) {}

  /// `content`: a string, or a list of parts. `where` names it in a refusal.
  Done add(std::string_view role, const json::Value* content, std::string_view where);

  std::size_t size() const { return messages_.size(); }
  std::string_view last_role() const {
    return messages_.empty() ? std::string_view() : std::string_view(messages_.back().role);
  }

  /// Sets the request's prompt, its last message and its marks. Refuses a conversation whose last
  /// message is not the user's.
  Done finish(TokenCounter& counter, std::string_view where, ModelRequest& request) const;

 private:
  struct ReadMessage {
    std::string role;
    std::string content;
    std::vector<std::size_t> ends;  ///< Of its parts.
  };

  Done add_part(const json::Value& part, ReadMessage& message, std::string_view where);

  std::vector<std::string_view> text_types_;
  ReadMark read_mark_;
  std::vector<ReadMessage> messages_;
  std::size_t parts_ = 0;
  std::vector<CacheWish::Mark> marks_;
};

}  // namespace sheaf::simulate
