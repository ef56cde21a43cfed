// CommonsenseQA and AQuA: a question, choices, and the letter of the right one.
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "dataset/sets.hpp"

namespace sheaf::dataset {
namespace {

Told<std::string> letter_of(const std::string& answer, std::size_t choices) {
  const std::string letter = text::fold_ascii(answer);
  const char last = static_cast<char>('a' + static_cast<int>(choices) - 1);
  if (letter.size() == 1 && letter.front() >= 'a' && letter.front() <= last) return letter;
  return std::unexpected(
      fmt::format("the answer {} is none of the choices, a to {}", shown(answer), last));
}

Told<json::Object> question(const json::Value& row, std::string id, Names question_names,
                            Names choice_names, Names answer_names) {
  auto asked = text_of(row, "question", question_names);
  if (!asked) return std::unexpected(std::move(asked.error()));
  const auto* choices = find_any(row, choice_names);
  if (choices == nullptr) return std::unexpected(lacks(row, "choices", choice_names));
  const auto texts = choice_texts(*choices);
  if (!texts) return std::unexpected(texts.error());
  const auto answer = text_of(row, "answer", answer_names);
  if (!answer) return std::unexpected(answer.error());
  auto letter = letter_of(*answer, texts->size());
  if (!letter) return std::unexpected(std::move(letter.error()));
  json::Object out{{"id", std::move(id)},
                   {"question", std::move(*asked)},
                   {"choices", json::Array(texts->begin(), texts->end())},
                   {"answer", std::move(*letter)}};
  if (auto rationale = text_if_any(row, {"rationale"})) {
    out.emplace_back("rationale", std::move(*rationale));
  }
  return out;
}

}  // namespace

Told<json::Object> convert_aqua(const json::Value& row, std::int64_t index) {
  return question(row, id_of(row, "aqua", index), {"question"}, {"choices", "options"},
                  {"answer", "correct"});
}

Told<json::Object> convert_commonsenseqa(const json::Value& row, std::int64_t index) {
  return question(row, id_of(row, "commonsenseqa", index), {"question.stem", "question"},
                  {"question.choices", "choices"}, {"answer", "answerKey"});
}

}  // namespace sheaf::dataset
