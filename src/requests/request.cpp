#include "requests/request.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::requests {
namespace {

constexpr std::string_view json_space = " \t\r\n";

std::size_t skip_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(json_space, at), text.size());
}

/// Behind the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// Behind the object or list that begins at `at`.
std::size_t skip_nested(std::string_view text, std::size_t at) {
  int depth = 0;
  do {
    if (text[at] == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (text[at] == '{' || text[at] == '[') ++depth;
    if (text[at] == '}' || text[at] == ']') --depth;
    ++at;
  } while (depth > 0 && at < text.size());
  return at;
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return at;
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] == '{' || text[at] == '[') return skip_nested(text, at);
  return std::min(text.find_first_of(",}] \t\r\n", at), text.size());
}

bool is_named(std::string_view quoted, std::string_view name) {
  if (quoted.substr(1, quoted.size() - 2) == name) return true;
  if (!quoted.contains('\\')) return false;
  const auto read = json::parse(quoted);
  return read && read->string() != nullptr && *read->string() == name;
}

std::string shown(std::string_view text) { return '"' + text::display_safe(text, 80) + '"'; }

std::expected<std::string, std::string> text_member(const json::Value& row, std::string_view name) {
  const auto* value = row.find(name);
  if (value == nullptr) {
    return std::unexpected(fmt::format(
        "no member \"{}\"; a request has custom_id, method, url and body, and rows need a task "
        "before them",
        name));
  }
  const auto* text = value->string();
  if (text == nullptr || text->empty()) {
    return std::unexpected(fmt::format("\"{}\" is no text; write one", name));
  }
  return *text;
}

/// Only what is plainly a path: the key goes wherever it leads.
std::expected<std::string, std::string> path_of(const std::string& url) {
  constexpr std::string_view version = "/v1/";
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/";
  if (!url.starts_with('/') || url.starts_with("//") ||
      url.find_first_not_of(plain) != std::string::npos) {
    return std::unexpected(
        fmt::format("\"url\" is {}; write a path such as /v1/chat/completions", shown(url)));
  }
  return url.starts_with(version) ? url.substr(version.size() - 1) : url;
}

bool streams(const json::Value& body) {
  const auto* stream = body.find("stream");
  const auto* flag = stream == nullptr ? nullptr : stream->boolean();
  return flag != nullptr && *flag;
}

}  // namespace

std::string_view member_text(std::string_view object, std::string_view name) {
  auto at = skip_space(object, object.find('{') + 1);
  while (at < object.size() && object[at] == '"') {
    const auto key_end = skip_string(object, at);
    const auto key = object.substr(at, key_end - at);
    const auto begin = skip_space(object, skip_space(object, key_end) + 1);
    const auto end = skip_value(object, begin);
    if (is_named(key, name)) return object.substr(begin, end - begin);
    at = skip_space(object, skip_space(object, end) + 1);
  }
  return {};
}

std::expected<Request, std::string> RequestReader::read(const rows::Row& row) {
  Request request;
  for (const auto& [name, target] :
       {std::pair{"custom_id", &request.custom_id}, std::pair{"method", &request.text},
        std::pair{"url", &request.path}}) {
    auto text = text_member(row.fields, name);
    if (!text) return std::unexpected(std::move(text.error()));
    *target = std::move(*text);
  }
  if (request.text != "POST") {
    return std::unexpected(
        fmt::format("\"method\" is {}; a bulk request is a POST", shown(request.text)));
  }
  auto path = path_of(request.path);
  if (!path) return std::unexpected(std::move(path.error()));
  request.path = std::move(*path);
  const auto* body = row.fields.find("body");
  if (body == nullptr || body->object() == nullptr) {
    return std::unexpected("\"body\" is no object; write the request's body as one");
  }
  if (streams(*body)) {
    return std::unexpected("its body asks for a stream, which no bulk request can; remove it");
  }
  if (auto named = check_model(*body, row.line); !named) {
    return std::unexpected(std::move(named.error()));
  }
  if (!ids_.insert(request.custom_id).second) {
    return std::unexpected(
        fmt::format("the custom_id {} stood on an earlier line; each request needs one of its own",
                    shown(request.custom_id)));
  }
  request.text = member_text(row.raw, "body");
  request.body = *body;
  return request;
}

std::expected<void, std::string> RequestReader::check_model(const json::Value& body,
                                                            std::int64_t line) {
  const auto* value = body.find("model");
  const auto* name = value == nullptr ? nullptr : value->string();
  if (name == nullptr || name->empty()) {
    return std::unexpected("its body names no \"model\"; write one");
  }
  if (model_.empty()) {
    model_ = *name;
    model_line_ = line;
  }
  if (*name == model_) return {};
  return std::unexpected(
      fmt::format("its model is {}, and that of line {} is {}; a file holds requests to one model, "
                  "so make one file for each",
                  shown(*name), model_line_, shown(model_)));
}

}  // namespace sheaf::requests
