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
  if (read && !in_text && in_tail && extractor.names_several(whole)) {
    return std::unexpected(
        NoValue{"names several values, of which the last may stand behind it", {}});
  }
  if (read && in_text != in_tail) return read;
  const auto with_tail = extractor.read(whole, choices);
  if (read && with_tail && *with_tail == read->value) return read;
  if (!read && !with_tail) return std::unexpected(NoValue{read.error().detail, {}});
  return std::unexpected(NoValue{
      "has more text behind it that may or may not belong to it, and reads otherwise with it", {}});
}

/// The answer that is missing would stand right behind this one.
bool may_hold_next(const Extractor& extractor, const format::Decoded& decoded, std::size_t i) {
  if (!decoded.incomplete || i + 1 >= decoded.answers.size()) return false;
  return decoded.answers[i + 1].status == format::KeyStatus::missing &&
         extractor.takes_all(decoded.answers[i].text);
}

/// An epilogue may stand among the last lines of this answer.
bool may_hold_epilogue(const Extractor& extractor, const format::DecodedAnswer& answer) {
  if (answer.run_on == format::RunOn::no) return false;
  return answer.run_on == format::RunOn::beyond_others || extractor.announces(answer.text);
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
  if (may_hold_next(extractor, decoded, i)) {
    return std::unexpected(
        NoValue{"may go on in the next sample's answer, whose key is missing", {}});
  }
  if (may_hold_epilogue(extractor, answer) && extractor.names_several(answer.text)) {
    return std::unexpected(
        NoValue{"names several values, of which the last may stand behind it", {}});
  }
  if (!answer.tail.empty()) return read_with_tail(extractor, answer, choices);
  return read_sure(extractor, answer.text, choices);
}

}  // namespace sheaf::answer
