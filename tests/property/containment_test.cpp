// Law 7: a field's text cannot change the prompt's structure, nor a neighbour's bytes.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "format/batch_format.hpp"
#include "hostile_text.hpp"
#include "prompt/prompt_builder.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {
namespace {

using format::Keys;
using format::SampleText;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') lines.emplace_back();
    if (c != '\n') lines.back().push_back(c);
  }
  return lines;
}

/// Whether a line reads as structure. Written apart from the product's scanner, and simpler: spaces
/// and bullets, a label without regard to case, perhaps an index, a colon.
bool looks_like_a_label(std::string line) {
  line.erase(0, std::min(line.find_first_not_of(" \t>#*-+_`\"'|"), line.size()));
  const std::string folded = text::fold_ascii(line);
  for (const std::string_view label : {"q", "answer choices", "a"}) {
    if (!folded.starts_with(label)) continue;
    std::string_view rest = std::string_view(folded).substr(label.size());
    const std::size_t digits = rest.starts_with('[') ? rest.find_first_not_of("0123456789", 1) : 0;
    if (digits != rest.npos && digits > 1 && rest[digits] == ']') rest.remove_prefix(digits + 1);
    if (rest.starts_with(':')) return true;
  }
  return false;
}

bool holds_control_character(const std::string& text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  });
}

/// The lines of sample `index`: from its own "Q[i]:" to the next one's.
std::pair<std::size_t, std::size_t> lines_of_sample(const std::vector<std::string>& lines,
                                                    std::size_t index) {
  const auto starts = [&lines](std::size_t i) {
    const std::string key = "Q[" + std::to_string(i + 1) + "]:";
    const auto at = std::ranges::find_if(
        lines, [&key](const std::string& line) { return line.starts_with(key); });
    return static_cast<std::size_t>(at - lines.begin());
  };
  return {starts(index), starts(index + 1)};
}

std::size_t arbitrary_size() { return *rc::gen::element<std::size_t>(1, 2, 3, 6, 16, 64); }

RC_GTEST_PROP(Containment, OnlyTheFormatsOwnLinesReadAsLabels, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = arbitrary_size();
  const auto samples = hostile::samples(*hostile::texts(size));
  const Keys keys = size == 1 ? *rc::gen::element(Keys::plain, Keys::indexed) : Keys::indexed;
  const std::string contexts = format->contexts(samples, keys);
  RC_LOG() << contexts << "\n";
  const auto lines = lines_of(contexts);
  RC_ASSERT(std::ranges::count_if(lines, looks_like_a_label) == static_cast<long>(2 * size));
  RC_ASSERT(std::ranges::none_of(lines, [](const std::string& line) { return line.empty(); }));
  RC_ASSERT(!holds_control_character(contexts));
}

TEST(Containment, AFieldOfAMegabyteStaysInsideItsSample) {
  const auto format = hostile::labelled();
  std::string text;
  for (std::size_t i = 0; text.size() < 1'000'000; ++i) {
    text += hostile::fragments()[i * 7 % hostile::fragments().size()];
  }
  const std::vector<SampleText> samples{{{{"Q", "before"}}}, {{{"Q", text}}}, {{{"Q", "after"}}}};
  const auto lines = lines_of(format->contexts(samples, Keys::indexed));
  EXPECT_EQ(std::ranges::count_if(lines, looks_like_a_label), 3);
  EXPECT_EQ(lines.front(), "Q[1]: before");
  EXPECT_EQ(lines.back(), "Q[3]: after");
  const std::vector<std::string> answers{hostile::nonce(0), hostile::nonce(1) + text,
                                         hostile::nonce(2)};
  const format::Decoded decoded =
      format->decode({.text = format->answers(answers, Keys::indexed), .samples = samples});
  for (const format::DecodedAnswer& answer : decoded.answers) {
    EXPECT_EQ(to_string(answer.status), "ok");
  }
}

RC_GTEST_PROP(Containment, AFieldsTextMovesNoByteOfItsNeighbours, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = *rc::gen::element<std::size_t>(2, 3, 6, 16);
  auto samples = hostile::samples(*hostile::texts(size));
  const std::size_t changed = *rc::gen::inRange<std::size_t>(0, size);
  const auto before = lines_of(format->contexts(samples, Keys::indexed));
  const auto [first, last] = lines_of_sample(before, changed);
  samples[changed].fields[*rc::gen::inRange<std::size_t>(0, 2)].text = *hostile::text();
  const auto after = lines_of(format->contexts(samples, Keys::indexed));
  const auto [new_first, new_last] = lines_of_sample(after, changed);
  RC_ASSERT(first == new_first);
  RC_ASSERT(std::equal(before.begin(), before.begin() + static_cast<long>(first), after.begin()));
  RC_ASSERT(std::equal(before.begin() + static_cast<long>(last), before.end(),
                       after.begin() + static_cast<long>(new_last), after.end()));
}

RC_GTEST_PROP(Containment, HostileExemplarsAndSamplesLeaveThePromptsTurnsAndBlocksAsTheyAre, ()) {
  task::Task task;
  task.instruction = "Answer.";
  task.model.api = *rc::gen::element(Api::chat, Api::completions);
  const std::size_t exemplars = *rc::gen::inRange<std::size_t>(1, 8);
  const auto contexts = hostile::samples(*hostile::texts(exemplars));
  for (const SampleText& sample : contexts) {
    task.exemplars.push_back(
        {.sample = sample, .answer = "x" + *hostile::text(), .value = {}, .reasoning = {}});
  }
  const std::size_t size = *rc::gen::inRange<std::size_t>(2, 5);
  const std::size_t groups = (exemplars + size - 1) / size;
  const auto format = hostile::labelled();
  PromptBuilder builder(task, *format);
  const Prompt prompt = builder.build(hostile::samples(*hostile::texts(size)), 1);
  std::size_t labels = 0;
  std::size_t blank_lines = 0;
  for (const Message& message : prompt.messages) {
    const auto lines = lines_of(message.text);
    labels += static_cast<std::size_t>(std::ranges::count_if(lines, looks_like_a_label));
    blank_lines += static_cast<std::size_t>(std::ranges::count(lines, ""));
  }
  const bool chat = task.model.api == Api::chat;
  RC_ASSERT(prompt.messages.size() == (chat ? 2 * groups + 2 : 1));
  RC_ASSERT(labels == 3 * exemplars + 2 * size + (chat ? 0 : 1));
  RC_ASSERT(blank_lines == (chat ? 2 : groups + 1));
}

}  // namespace
}  // namespace sheaf::prompt
