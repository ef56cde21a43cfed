#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base64.hpp"
#include "core/json.hpp"
#include "provider/provider.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {
namespace {

using Read = std::expected<void, std::string>;

Read add_packed(std::string_view text, std::vector<float>& vector) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() % sizeof(float) != 0) {
    return std::unexpected("a vector is no base64 of float32");
  }
  for (std::size_t at = 0; at < bytes->size(); at += sizeof(float)) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < sizeof(float); ++i) {
      bits |= std::uint32_t{static_cast<unsigned char>((*bytes)[at + i])} << (8 * i);
    }
    vector.push_back(std::bit_cast<float>(bits));
  }
  return {};
}

Read add_listed(const json::Array& numbers, std::vector<float>& vector) {
  vector.reserve(numbers.size());
  for (const auto& number : numbers) {
    const auto value = number.real();
    if (!value) return std::unexpected("a vector holds something else than finite numbers");
    vector.push_back(static_cast<float>(*value));
  }
  return {};
}

std::expected<std::vector<float>, std::string> read_vector(const json::Value& item) {
  const auto* told = item.find("embedding");
  const auto* list = told == nullptr ? nullptr : told->array();
  const auto* packed = told == nullptr ? nullptr : told->string();
  if (list == nullptr && packed == nullptr) return std::unexpected("an item holds no vector");
  std::vector<float> vector;
  const auto read = list != nullptr ? add_listed(*list, vector) : add_packed(*packed, vector);
  if (!read) return std::unexpected(read.error());
  if (vector.empty()) return std::unexpected("a vector is empty");
  for (const float value : vector) {
    if (!std::isfinite(value)) return std::unexpected("a vector holds a number that is not finite");
  }
  return vector;
}

Read place(const json::Value& item, std::vector<std::vector<float>>& rows) {
  const auto* told = item.find("index");
  const auto index = told == nullptr ? std::nullopt : told->integer();
  if (!index) return std::unexpected("an item has no index");
  if (*index < 0 || *index >= std::ssize(rows)) {
    return std::unexpected(
        fmt::format("index {} is out of range among {} vectors", *index, rows.size()));
  }
  auto& row = rows[static_cast<std::size_t>(*index)];
  if (!row.empty()) return std::unexpected(fmt::format("index {} stands twice", *index));
  auto vector = read_vector(item);
  if (!vector) return std::unexpected(std::move(vector.error()));
  row = std::move(*vector);
  return {};
}

std::expected<TextVectors, std::string> read_data(const json::Value& reply) {
  const auto* data = reply.find("data");
  const auto* items = data == nullptr ? nullptr : data->array();
  if (items == nullptr || items->empty()) return std::unexpected("it holds no vectors");
  std::vector<std::vector<float>> rows(items->size());
  for (const auto& item : *items) {
    if (auto placed = place(item, rows); !placed) return std::unexpected(placed.error());
  }
  TextVectors vectors{rows.front().size(), {}};
  vectors.values.reserve(vectors.dimensions * rows.size());
  for (const auto& row : rows) {
    if (row.size() != vectors.dimensions) {
      return std::unexpected(fmt::format("its vectors have unequal lengths, {} and {}",
                                         vectors.dimensions, row.size()));
    }
    vectors.values.insert(vectors.values.end(), row.begin(), row.end());
  }
  return vectors;
}

std::optional<Usage> read_input_usage(const json::Value& reply) {
  const auto* told = reply.find("usage");
  if (told == nullptr) return std::nullopt;
  const auto input = token_count(*told, "prompt_tokens");
  if (!input || *input == 0) return std::nullopt;
  Usage usage;
  usage.input_tokens = *input;
  return usage;
}

}  // namespace

std::expected<Completion, BadReply> read_vectors(std::string_view body) {
  const auto reply = read_object(body);
  if (!reply) return std::unexpected(reply.error());
  const auto usage = read_input_usage(*reply);
  auto vectors = read_data(*reply);
  if (!vectors) {
    return std::unexpected(BadReply{"the reply is no list of vectors: " + vectors.error(), usage});
  }
  Completion completion;
  completion.usage = usage;
  completion.vectors = std::move(*vectors);
  return completion;
}

HttpRequest Embeddings::request(std::span<const std::string_view> texts) const {
  std::string body = R"({"model":)";
  json::append_string(body, model_.name);
  body += R"(,"input":[)";
  for (const auto text : texts) {
    if (!body.ends_with('[')) body.push_back(',');
    json::append_string(body, text);
  }
  body += R"(],"encoding_format":"base64")";
  if (model_.dimensions) body += fmt::format(R"(,"dimensions":{})", *model_.dimensions);
  body.push_back('}');
  return {"POST", "/embeddings", {{"Content-Type", "application/json"}}, std::move(body)};
}

Exchange Embeddings::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix, Api::chat, read_vectors);
}

}  // namespace sheaf::provider
