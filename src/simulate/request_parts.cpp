#include "simulate/request_parts.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sheaf::simulate {
namespace {

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::unexpected<Refusal> refuse(std::string message, std::string_view param,
                                std::string_view code) {
  return std::unexpected(Refusal{.message = std::move(message), .code = code, .param = param});
}

const json::Value* member(const json::Value& value, std::string_view name) {
  const auto* found = value.find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const std::string* string_member(const json::Value& value, std::string_view name) {
  const auto* found = value.find(name);
  return found == nullptr ? nullptr : found->string();
}

std::optional<bool> flag_member(const json::Value& value, std::string_view name) {
  const auto* found = member(value, name);
  if (found == nullptr) return false;
  const auto* flag = found->boolean();
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

const std::string* unknown_member(const json::Object& object,
                                  std::span<const std::string_view> known) {
  const auto found =
      std::ranges::find_if(object, [&](const auto& each) { return !is_among(known, each.first); });
  return found == object.end() ? nullptr : &found->first;
}

Done read_cap(const json::Value& body, std::string_view name, std::int64_t least,
              ModelRequest& request) {
  const auto* cap = member(body, name);
  if (cap == nullptr) return {};
  request.max_tokens = cap->integer();
  if (request.max_tokens && *request.max_tokens >= least) return {};
  return refuse(fmt::format("'{}' is no whole number from {}", name, least), name);
}

Done read_stops(const json::Value& body, std::string_view name, ModelRequest& request) {
  const auto* stop = member(body, name);
  if (stop == nullptr) return {};
  if (const auto* one = stop->string()) {
    request.stops.push_back(*one);
    return {};
  }
  const auto* list = stop->array();
  if (list == nullptr) {
    return refuse(fmt::format("'{}' is neither a string nor a list of strings", name), name);
  }
  for (const auto& each : *list) {
    if (each.string() == nullptr) {
      return refuse(fmt::format("'{}' holds something else than strings", name), name);
    }
    request.stops.push_back(*each.string());
  }
  return {};
}

Done Conversation::add(std::string_view role, const json::Value* content, std::string_view where) {
  ReadMessage message{std::string(role), {}, {}};
  const auto* text = content == nullptr ? nullptr : content->string();
  const auto* parts = content == nullptr ? nullptr : content->array();
  if (text == nullptr && (parts == nullptr || parts->empty())) {
    return refuse("a message's content is neither a string nor a list of texts", where);
  }
  if (text != nullptr) {
    message.content = *text;
    message.ends.push_back(text->size());
    ++parts_;
  } else {
    for (const auto& part : *parts) {
      if (auto added = add_part(part, message, where); !added) return added;
    }
  }
  messages_.push_back(std::move(message));
  return {};
}

Done Conversation::add_part(const json::Value& part, ReadMessage& message, std::string_view where) {
  const auto* type = string_member(part, "type");
  const auto* text = string_member(part, "text");
  const bool is_text = text_types_.empty() || (type != nullptr && is_among(text_types_, *type));
  if (text == nullptr || !is_text) {
    return refuse("the simulated model reads texts alone", where);
  }
  message.content += *text;
  message.ends.push_back(message.content.size());
  const auto place = parts_++;
  if (!read_mark_) return {};
  auto mark = read_mark_(part);
  if (!mark) return std::unexpected(std::move(mark.error()));
  if (!*mark) return {};
  (*mark)->part = place;
  marks_.push_back(**mark);
  return {};
}

Done Conversation::finish(TokenCounter& counter, std::string_view where,
                          ModelRequest& request) const {
  if (last_role() != "user") return refuse("the last message is not the user's", where);
  std::vector<ChatMessage> counted;
  counted.reserve(messages_.size());
  for (const auto& message : messages_) {
    counted.push_back({message.role, message.content, message.ends});
  }
  request.prompt = counter.chat(counted);
  request.last = messages_.back().content;
  request.cache.marks = marks_;
  return {};
}

}  // namespace sheaf::simulate
