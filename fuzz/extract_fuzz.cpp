// Reading values: any rule, any answer. The first byte chooses the rule, the first line is its
// marker or pattern, the rest is the answer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answer/extract.hpp"
#include "core/text.hpp"
#include "require.hpp"
#include "task/task.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

const std::vector<std::string> choices{"very positive", "positive",        "a", "5",
                                       "Réclamation",   "both (a) and (b)"};

task::AnswerRule rule_of(std::uint8_t byte, std::string_view line) {
  task::AnswerRule rule;
  rule.type = static_cast<task::AnswerType>(byte & 3);
  if (rule.type == task::AnswerType::choice) {
    if ((byte & 4) != 0) {
      rule.choices = choices;
    } else {
      rule.choices = task::ChoiceColumn{"choices"};
    }
  }
  if ((byte & 8) != 0) rule.marker = line;
  if ((byte & 16) != 0 && answer::check_pattern(std::string(line))) rule.pattern = line;
  return rule;
}

void check(const task::AnswerRule& rule, const answer::Extractor& extractor,
           const std::expected<json::Value, answer::Unreadable>& read) {
  if (!read) {
    require(!read.error().detail.empty() && !text::find_invalid_utf8(read.error().detail));
    return;
  }
  require(answer::same_answer(*read, *read));
  const auto* string = read->string();
  if (string != nullptr) require(!string->empty() && !text::find_invalid_utf8(*string));
  switch (rule.type) {
    case task::AnswerType::number: {
      const auto again =
          extractor.read_gold(string != nullptr ? *string : read->number()->digits, {});
      require(again && *again == *read);
      break;
    }
    case task::AnswerType::boolean:
      require(read->boolean() != nullptr);
      break;
    case task::AnswerType::choice:
      require(string != nullptr);
      break;
    case task::AnswerType::text:
      require(string != nullptr);
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto line = input.substr(0, input.find('\n'));
  const auto answer = input.substr(std::min(line.size() + 1, input.size()));
  const auto rule = rule_of(data[0], line);
  const answer::Extractor extractor(rule);
  check(rule, extractor, extractor.read(answer, choices));
  check(rule, extractor, extractor.read_gold(answer, choices));
  return 0;
}
