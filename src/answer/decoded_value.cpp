#include "answer/decoded_value.hpp"

#include <utility>

#include "answer/program_reader.hpp"

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

/// What else than the answer tells whether its text is its own.
struct Company {
  bool incomplete = false;    ///< A key is missing.
  bool next_missing = false;  ///< That right behind this one.
};

/// The answer that is missing would stand right behind this one.
bool may_hold_next(const Extractor& extractor, const format::DecodedAnswer& answer,
                   const Company& company) {
  return company.next_missing && extractor.takes_all(answer.text);
}

/// An epilogue may stand among the last lines of this answer.
bool may_hold_epilogue(const Extractor& extractor, const format::DecodedAnswer& answer) {
  if (answer.run_on == format::RunOn::no) return false;
  return answer.run_on == format::RunOn::beyond_others || extractor.announces(answer.text);
}

std::expected<DecodedValue, NoValue> read_text(const Extractor& extractor,
                                               const format::DecodedAnswer& answer,
                                               const Company& company, Choices choices) {
  if (company.incomplete && extractor.names_several(answer.text)) {
    return std::unexpected(
        NoValue{"names several values while another sample's key is missing", {}});
  }
  if (may_hold_next(extractor, answer, company)) {
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

/// A tail with a second program is no tail; one without any says nothing of the value.
std::expected<DecodedValue, NoValue> read_program(const ProgramReader& programs,
                                                  const format::DecodedAnswer& answer,
                                                  const Company& company, Choices choices) {
  const auto whole = answer.text + answer.tail;
  const bool in_tail = count_fences(answer.tail) > 0;
  const auto& text = in_tail ? whole : answer.text;
  const auto certain = answer.tail.empty() ? answer.text : std::string();
  if (company.incomplete && sets_value_often(text)) {
    return std::unexpected(NoValue{
        "has a program that sets its value twice while another sample's key is missing", {}});
  }
  auto value = programs.read(text, choices);
  if (value) return DecodedValue{std::move(*value), text};
  if (!programs.may_read_outside(whole)) {
    return std::unexpected(NoValue{std::move(value.error().detail), certain});
  }
  auto bare = answer;
  bare.text = outside_fences(answer.text);
  bare.tail = outside_fences(answer.tail);
  auto read = read_text(*programs.outside(), bare, company, choices);
  if (!read) {
    return std::unexpected(
        NoValue{ProgramReader::neither(value.error(), read.error().detail), certain});
  }
  read->text = read->text == bare.text ? answer.text : whole;
  return read;
}

}  // namespace

std::expected<DecodedValue, NoValue> read_decoded(const Extractor& extractor,
                                                  const format::Decoded& decoded, std::size_t i,
                                                  Choices choices) {
  const auto& answer = decoded.answers[i];
  const bool last = i + 1 >= decoded.answers.size();
  const Company company{
      .incomplete = decoded.incomplete,
      .next_missing = decoded.incomplete && !last &&
                      decoded.answers[i + 1].status == format::KeyStatus::missing};
  const auto* programs = extractor.programs();
  if (programs != nullptr) return read_program(*programs, answer, company, choices);
  return read_text(extractor, answer, company, choices);
}

}  // namespace sheaf::answer
