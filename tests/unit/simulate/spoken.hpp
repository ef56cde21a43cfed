// The same prompt in every wire format, and what each says back, by hand: nothing of src/provider.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "lab.hpp"

namespace sheaf::simulate {

/// One wire format as a client of it writes and reads it.
struct Spoken {
  std::string name;
  std::string url;
  std::vector<Header> headers;
  std::function<json::Object(const json::Array& messages, std::int64_t cap)> body;
  std::string text_path;    ///< Of the reply's text.
  std::string finish_path;  ///< Of the word for how it ended.
  std::string input_path;   ///< Of the prompt's tokens; of Anthropic those outside the cache.
  std::string output_path;
};

inline std::string text_at(const json::Value& value, const std::string& path) {
  const auto* found = value.find_path(path);
  if (found == nullptr || found->is_null()) return "";
  return found->string() != nullptr ? *found->string() : json::dump(*found);
}

inline std::int64_t number_at(const json::Value& value, const std::string& path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? 0 : found->integer().value_or(-1);
}

inline std::string header_of(const SimulatedReply& reply, const std::string& name) {
  for (const auto& each : reply.headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

inline json::Value body_of(const SimulatedReply& reply) {
  const auto parsed = json::parse(reply.body);
  EXPECT_TRUE(parsed) << reply.body;
  return parsed ? *parsed : json::Value();
}

/// The messages but the first one, which is the system's, each as `make` has it.
inline json::Array after_system(
    const json::Array& messages,
    const std::function<json::Value(const std::string&, const std::string&)>& make) {
  json::Array out;
  for (std::size_t i = 1; i < messages.size(); ++i) {
    out.push_back(make(text_at(messages[i], "role"), text_at(messages[i], "content")));
  }
  return out;
}

inline json::Object chat_body(const json::Array& messages, std::int64_t cap) {
  return {{"model", "m"}, {"messages", messages}, {"max_tokens", cap}};
}

inline json::Object responses_body(const json::Array& messages, std::int64_t cap) {
  auto input = after_system(messages, [](const auto& role, const auto& text) {
    const auto* type = role == "user" ? "input_text" : "output_text";
    return json::Object{{"role", role},
                        {"content", json::Array{json::Object{{"type", type}, {"text", text}}}}};
  });
  return {{"model", "m"},
          {"instructions", text_at(messages.front(), "content")},
          {"input", std::move(input)},
          {"max_output_tokens", cap}};
}

inline json::Object anthropic_body(const json::Array& messages, std::int64_t cap) {
  auto rest = after_system(messages, [](const auto& role, const auto& text) {
    return json::Object{{"role", role}, {"content", text}};
  });
  const json::Object block{{"type", "text"}, {"text", text_at(messages.front(), "content")}};
  return {{"model", "m"},
          {"max_tokens", cap},
          {"system", json::Array{block}},
          {"messages", std::move(rest)}};
}

inline json::Object gemini_body(const json::Array& messages, std::int64_t cap) {
  const auto parts = [](const std::string& text) {
    return json::Array{json::Object{{"text", text}}};
  };
  auto contents = after_system(messages, [&](const auto& role, const auto& text) {
    return json::Object{{"role", role == "assistant" ? "model" : "user"}, {"parts", parts(text)}};
  });
  const json::Object system{{"parts", parts(text_at(messages.front(), "content"))}};
  return {{"systemInstruction", system},
          {"contents", std::move(contents)},
          {"generationConfig", json::Object{{"maxOutputTokens", cap}}}};
}

inline const std::vector<Spoken>& formats() {
  static const std::vector<Spoken> all{{"chat",
                                        "/v1/chat/completions",
                                        {},
                                        chat_body,
                                        "choices.0.message.content",
                                        "choices.0.finish_reason",
                                        "usage.prompt_tokens",
                                        "usage.completion_tokens"},
                                       {"responses",
                                        "/v1/responses",
                                        {},
                                        responses_body,
                                        "output.0.content.0.text",
                                        "status",
                                        "usage.input_tokens",
                                        "usage.output_tokens"},
                                       {"messages",
                                        "/v1/messages",
                                        {{"anthropic-version", "2023-06-01"}},
                                        anthropic_body,
                                        "content.0.text",
                                        "stop_reason",
                                        "usage.input_tokens",
                                        "usage.output_tokens"},
                                       {"gemini",
                                        "/v1beta/models/m:generateContent",
                                        {},
                                        gemini_body,
                                        "candidates.0.content.parts.0.text",
                                        "candidates.0.finishReason",
                                        "usageMetadata.promptTokenCount",
                                        "usageMetadata.candidatesTokenCount"}};
  return all;
}

inline const Spoken& format_named(const std::string& name) {
  for (const auto& format : formats()) {
    if (format.name == name) return format;
  }
  throw std::runtime_error("no format " + name);
}

/// The body for these rows, to be changed and sent.
inline json::Object body_in(const Spoken& format, Lab& lab, const std::vector<std::size_t>& batch,
                            std::int64_t cap = 1000) {
  const auto chat = json::parse(lab.request(batch).body);
  return format.body(*chat->find("messages")->array(), cap);
}

inline HttpRequest http(const Spoken& format, const json::Value& body) {
  return {"POST", format.url, format.headers, json::dump(body)};
}

inline SimulatedReply ask_in(const Spoken& format, Lab& lab, const std::vector<std::size_t>& batch,
                             std::int64_t cap = 1000) {
  return lab.model->answer(http(format, body_in(format, lab, batch, cap)), lab.now);
}

/// Sets or replaces a member.
inline json::Object with(json::Object body, const std::string& name, json::Value value) {
  std::erase_if(body, [&](const auto& member) { return member.first == name; });
  body.emplace_back(name, std::move(value));
  return body;
}

}  // namespace sheaf::simulate
