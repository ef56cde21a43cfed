#include "simulate/embeddings.hpp"

#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "simulate/model_reply.hpp"
#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

Done add_text(const json::Value& value, EmbeddingsRequest& request, TokenCounter& counter) {
  const auto* text = value.string();
  if (text == nullptr) return refuse("'input' holds something else than texts", "input");
  if (text->empty()) return refuse("'input' cannot be an empty string", "input");
  const auto tokens = counter.count(*text);
  if (tokens > most_text_tokens) {
    return std::unexpected(Refusal{
        .message = fmt::format("This model's maximum context length is {} tokens, however you "
                               "requested {} tokens",
                               most_text_tokens, tokens),
        .code = "context_length_exceeded",
        .param = "input"});
  }
  request.input_tokens += tokens;
  request.texts.push_back(*text);
  return {};
}

Done read_input(const json::Value& body, EmbeddingsRequest& request, TokenCounter& counter) {
  const auto* input = body.find("input");
  if (input == nullptr) return refuse("'input' is missing", "input");
  const auto* list = input->array();
  if (list == nullptr) return add_text(*input, request, counter);
  if (list->empty() || list->size() > most_texts) {
    return refuse(fmt::format("'input' must have from 1 to {} texts", most_texts), "input");
  }
  for (const auto& each : *list) {
    if (auto added = add_text(each, request, counter); !added) return added;
  }
  return {};
}

Done read_form(const json::Value& body, EmbeddingsRequest& request) {
  const auto* form = body.find("encoding_format");
  const auto* word = form == nullptr ? nullptr : form->string();
  request.base64 = word != nullptr && *word == "base64";
  if (form != nullptr && !form->is_null() && !request.base64 &&
      (word == nullptr || *word != "float")) {
    return refuse("'encoding_format' is neither float nor base64", "encoding_format");
  }
  const auto* dimensions = body.find("dimensions");
  if (dimensions == nullptr || dimensions->is_null()) return {};
  request.dimensions = dimensions->integer().value_or(0);
  if (request.dimensions >= 1 && request.dimensions <= most_dimensions) return {};
  return refuse(fmt::format("'dimensions' must be from 1 to {}", most_dimensions), "dimensions");
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text::fold_ascii(text)) {
    if (is_word(c)) {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// What a pair of neighbours counts for, of a word.
constexpr double pair_weight = 0.25;

void add_part(std::vector<double>& sums, std::string_view part, double weight) {
  const auto hash = hash64(part);
  const bool negative = (hash >> 63) != 0;
  sums[(hash & 0xFFFF'FFFF) % sums.size()] += negative ? -weight : weight;
}

std::string base64_of(const std::vector<float>& vector) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const float value : vector) {
    const auto number = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) {
      bits = (bits << 8) | ((number >> shift) & 0xFF);
      for (count += 8; count >= 6; count -= 6) text.push_back(letters[(bits >> (count - 6)) & 63]);
    }
  }
  if (count > 0) text.push_back(letters[(bits << (6 - count)) & 63]);
  while (text.size() % 4 != 0) text.push_back('=');
  return text;
}

json::Value vector_json(const std::vector<float>& vector, bool base64) {
  if (base64) return base64_of(vector);
  json::Array list;
  for (const float value : vector) list.emplace_back(json::Number{fmt::format("{}", value)});
  return list;
}

}  // namespace

std::expected<EmbeddingsRequest, Refusal> read_embeddings_request(std::string_view body,
                                                                  TokenCounter& counter) {
  const auto parsed = json::parse(body);
  if (!parsed || parsed->object() == nullptr) {
    return refuse("the body is no JSON object", {});
  }
  const auto* model = parsed->find("model");
  if (model == nullptr || model->string() == nullptr) return refuse("'model' is missing", "model");
  EmbeddingsRequest request;
  for (const auto& step : {read_input(*parsed, request, counter), read_form(*parsed, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  return request;
}

std::vector<float> vector_of(std::string_view text, std::int64_t dimensions) {
  std::vector<double> sums(static_cast<std::size_t>(dimensions));
  const auto words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    add_part(sums, words[i], 1);
    if (i > 0) add_part(sums, words[i - 1] + ' ' + words[i], pair_weight);
  }
  double length = 0;
  for (const double sum : sums) length += sum * sum;
  // A text without words, and one whose words take each other back, still has a vector.
  if (length == 0) sums[hash64(text) % sums.size()] = length = 1;
  std::vector<float> vector;
  vector.reserve(sums.size());
  for (const double sum : sums) vector.push_back(static_cast<float>(sum / std::sqrt(length)));
  return vector;
}

std::string embeddings_body(const EmbeddingsRequest& request) {
  json::Array data;
  for (const auto& text : request.texts) {
    data.emplace_back(json::Object{
        {"object", "embedding"},
        {"index", std::ssize(data)},
        {"embedding", vector_json(vector_of(text, request.dimensions), request.base64)}});
  }
  return json::dump(json::Object{{"object", "list"},
                                 {"data", std::move(data)},
                                 {"model", model_name},
                                 {"usage", json::Object{{"prompt_tokens", request.input_tokens},
                                                        {"total_tokens", request.input_tokens}}}});
}

}  // namespace sheaf::simulate
