#include "answer/decoded_value.hpp"

#include <utility>

namespace sheaf::answer {
namespace {

using Choices = std::span<const std::string>;

std::expected<DecodedValue, NoValue> read_sure(const Extractor& extractor, const std::string& text,
                                               Choices choices) {
  auto value = extractor.read(text, choices);
  if (!value) return std::unexpected(NoValue{std::move(value.error().detail), text});
  return DecodedValue{std::move(*value), text};
}

std::expected<DecodedValue, NoValue> read_with_tail(const Extractor& extractor,
                                                    const format::DecodedAnswer& answer,
                                                    Choices choices) {
  const auto whole = answer.text + answer.tail;
  const bool in_text = extractor.announces(answer.text);
  const bool in_tail = extractor.announces(answer.tail);
  auto read = read_sure(extractor, !in_text && in_tail ? whole : answer.text, choices);
  if (read && in_text != in_tail) return read;
  const auto with_tail = extractor.read(whole, choices);
  if (read && with_tail && *with_tail == read->value) return read;
  if (!read && !with_tail) return std::unexpected(NoValue{read.error().detail, {}});
  return std::unexpected(NoValue{
      "has more text behind it that may or may not belong to it, and reads otherwise with it", {}});
}

}  // namespace

std::expected<DecodedValue, NoValue> read_decoded(const Extractor& extractor,
                                                  const format::Decoded& decoded, std::size_t i,
                                                  Choices choices) {
  const auto& answer = decoded.answers[i];
  if (decoded.incomplete && extractor.names_several(answer.text)) {
    return std::unexpected(
        NoValue{"names several values while another sample's key is missing", {}});
  }
  if (!answer.tail.empty()) return read_with_tail(extractor, answer, choices);
  return read_sure(extractor, answer.text, choices);
}

}  // namespace sheaf::answer
