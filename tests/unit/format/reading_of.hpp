// Short words for decoding tests: a reply in, "status text" for each key out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "format/batch_format.hpp"

namespace sheaf::format {

inline std::vector<SampleText> questions(int size) {
  std::vector<SampleText> samples;
  for (int i = 1; i <= size; ++i) {
    samples.push_back({{{"Q", "Which queue is message number " + std::to_string(i) + " for?"}}});
  }
  return samples;
}

inline std::vector<std::string> reading_of(const BatchFormat& format, const Reply& reply) {
  std::vector<std::string> out;
  for (const DecodedAnswer& answer : format.decode(reply).answers) {
    const std::string status(to_string(answer.status));
    out.push_back(answer.text.empty() ? status : status + " " + answer.text);
  }
  return out;
}

inline std::vector<std::string> reading_of(const std::vector<SampleText>& samples,
                                           std::string_view text,
                                           ReplyEnd end = ReplyEnd::complete) {
  const auto format = make_labelled({"Q"}, "A");
  return reading_of(*format, {.text = text, .end = end, .samples = samples});
}

/// A batch of `size` questions, labels Q and A, keys indexed.
inline std::vector<std::string> reading_of(int size, std::string_view text,
                                           ReplyEnd end = ReplyEnd::complete) {
  return reading_of(questions(size), text, end);
}

/// "text ~ tail" of the last key of a batch of `size` questions.
inline std::string last_of(int size, std::string_view text) {
  const auto samples = questions(size);
  const Decoded decoded = make_labelled({"Q"}, "A")->decode({.text = text, .samples = samples});
  return decoded.answers.back().text + " ~ " + decoded.answers.back().tail;
}

/// A single in plain form.
inline std::string plain_reading_of(std::string_view text, ReplyEnd end = ReplyEnd::complete) {
  const auto format = make_labelled({"Q"}, "A");
  const auto samples = questions(1);
  return reading_of(*format,
                    {.text = text, .end = end, .keys = Keys::plain, .samples = samples})[0];
}

}  // namespace sheaf::format
