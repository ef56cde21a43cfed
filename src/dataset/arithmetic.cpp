// GSM8K, SVAMP, AddSub, MultiArith: a question and a number.
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "dataset/sets.hpp"

namespace sheaf::dataset {
namespace {

Told<json::Object> problem(std::string id, Told<std::string> question, Told<std::string> answer,
                           std::optional<std::string> rationale = std::nullopt) {
  if (!question) return std::unexpected(std::move(question.error()));
  if (!answer) return std::unexpected(std::move(answer.error()));
  json::Object row{
      {"id", std::move(id)}, {"question", std::move(*question)}, {"answer", std::move(*answer)}};
  if (rationale) row.emplace_back("rationale", std::move(*rationale));
  return row;
}

/// A number, a text that is one, or a list with one of them.
Told<std::string> number_of(const json::Value& row, Names names) {
  const auto* value = find_any(row, names);
  if (value == nullptr) return std::unexpected(lacks(row, "answer", names));
  if (const auto* list = value->array()) {
    if (list->size() != 1) {
      return std::unexpected(fmt::format("the answer is a list of {}, not one", list->size()));
    }
    value = &list->front();
  }
  if (const auto* number = value->number()) return plain_number(number->digits);
  if (const auto* written = value->string(); written != nullptr && !written->empty()) {
    return plain_number(*written);
  }
  return std::unexpected(fmt::format("the answer is no number: {}", shown_value(*value)));
}

/// A recorded solution without its calculator's notes, "<<2*3=6>>".
std::string without_notes(std::string_view solution) {
  std::string out;
  while (!solution.empty()) {
    const auto open = solution.find("<<");
    const auto close = open == solution.npos ? open : solution.find(">>", open);
    out.append(solution.substr(0, close == solution.npos ? close : open));
    if (close == solution.npos) break;
    solution.remove_prefix(close + 2);
  }
  return std::string(text::trim(out));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A capital at the start and behind every full stop, question and exclamation mark.
std::string with_capitals(std::string text) {
  bool starts = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (starts && c >= 'a' && c <= 'z') text[at] = static_cast<char>(c - 'a' + 'A');
    if (c != ' ' && c != '"') starts = false;
    const bool ends = at + 1 == text.size() || text[at + 1] == ' ';
    if ((c == '.' || c == '?' || c == '!') && ends) starts = true;
  }
  return text;
}

/// The numbers of the column beside the question put where "number0", "number1", ... stand.
Told<std::string> with_numbers(const std::string& question, const std::string& numbers) {
  constexpr std::string_view placeholder = "number";
  std::vector<std::string> values;
  for (std::size_t at = 0; at < numbers.size();) {
    const auto end = std::min(numbers.find(' ', at), numbers.size());
    if (end > at) {
      auto value = plain_number(std::string_view(numbers).substr(at, end - at));
      if (!value)
        return std::unexpected(fmt::format("the numbers {}: one is none", shown(numbers)));
      values.push_back(std::move(*value));
    }
    at = end + 1;
  }
  std::string out;
  for (std::size_t at = 0; at < question.size();) {
    const auto found = question.find(placeholder, at);
    const auto digits = found == question.npos ? found : found + placeholder.size();
    const bool is_word = found != question.npos &&
                         (found == 0 || !is_letter(question[found - 1])) &&
                         digits < question.size() && is_digit(question[digits]);
    out.append(question, at, found == question.npos ? found : (is_word ? found : digits) - at);
    if (found == question.npos) break;
    at = digits;
    if (!is_word) continue;
    std::size_t index = 0;
    while (at < question.size() && is_digit(question[at]) && index < values.size()) {
      index = index * 10 + static_cast<std::size_t>(question[at++] - '0');
    }
    if (index >= values.size()) {
      return std::unexpected(
          fmt::format("the question names number{}, and there are {}", index, values.size()));
    }
    out.append(values[index]);
  }
  return with_capitals(std::move(out));
}

Told<std::string> svamp_question(const json::Value& row) {
  const auto numbers = text_if_any(row, {"Numbers"});
  const auto body = text_if_any(row, {"Body"});
  const auto asked = text_of(row, "question", {"question_concat", "question", "Question"});
  if (numbers && asked && asked->find("number") != asked->npos) {
    return with_numbers(*asked, *numbers);
  }
  const bool stands_apart = find_any(row, {"question_concat", "question"}) == nullptr;
  if (!asked || !body || !stands_apart) return asked;
  const char last = body->back();
  const bool closed = last == '.' || last == '?' || last == '!';
  return fmt::format("{}{} {}", *body, closed ? "" : ".", *asked);
}

}  // namespace

Told<json::Object> convert_gsm8k(const json::Value& row, std::int64_t index) {
  constexpr std::string_view mark = "####";
  auto solution = text_of(row, "answer", {"answer"});
  if (!solution) return std::unexpected(std::move(solution.error()));
  auto question = text_of(row, "question", {"question"});
  const auto at = solution->rfind(mark);
  if (at == solution->npos) {
    return problem(id_of(row, "gsm8k", index), std::move(question), plain_number(*solution),
                   text_if_any(row, {"rationale"}));
  }
  return problem(id_of(row, "gsm8k", index), std::move(question),
                 plain_number(std::string_view(*solution).substr(at + mark.size())),
                 without_notes(std::string_view(*solution).substr(0, at)));
}

Told<json::Object> convert_svamp(const json::Value& row, std::int64_t index) {
  return problem(id_of(row, "svamp", index), svamp_question(row),
                 number_of(row, {"answer", "Answer"}));
}

Told<json::Object> convert_addsub(const json::Value& row, std::int64_t index) {
  return problem(id_of(row, "addsub", index), text_of(row, "question", {"question", "sQuestion"}),
                 number_of(row, {"answer", "lSolutions"}));
}

Told<json::Object> convert_multiarith(const json::Value& row, std::int64_t index) {
  return problem(id_of(row, "multiarith", index),
                 text_of(row, "question", {"question", "sQuestion"}),
                 number_of(row, {"answer", "final_ans", "lSolutions"}));
}

}  // namespace sheaf::dataset
