// Any bytes as a reply, and as an answer. The first two bytes choose the batch, how its samples are
// labelled and how the reply ended; a 0x1E byte parts a sample's text from the reply.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "format/batch_format.hpp"
#include "format/fences.hpp"
#include "require.hpp"

namespace {

using namespace sheaf::format;
using sheaf::fuzz::require;

std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i] == '\r' ? '\n' : text[i]);
  }
  return out;
}

/// One entry for each key, whatever the reply; texts only where the status has one.
void check_reply(const BatchFormat& format, const Reply& reply) {
  const Decoded decoded = format.decode(reply);
  require(decoded.answers.size() == reply.samples.size());
  for (std::size_t i = 0; i < decoded.answers.size(); ++i) {
    const DecodedAnswer& answer = decoded.answers[i];
    require(answer.index == static_cast<int>(i + 1));
    require(answer.text == sheaf::text::trim(answer.text));
    const bool accepted =
        answer.status == KeyStatus::ok || answer.status == KeyStatus::duplicate_same;
    require(!accepted || !answer.text.empty());
    require(!accepted || decoded.any_key || reply.samples.size() == 1);
    require(answer.status != KeyStatus::missing || answer.text.empty());
  }
}

/// What is encoded is decoded to itself, beside neighbours that stay themselves.
void check_answer(const BatchFormat& format, std::string_view text) {
  const std::vector<std::string> answers{"first", "second " + std::string(text), "third"};
  const std::vector<SampleText> samples(3, {{{"Q", "what?"}, {"Answer Choices", "(a) x"}}});
  const std::string reply = format.answers(answers, Keys::indexed);
  const Decoded decoded = format.decode({.text = reply, .samples = samples});
  for (std::size_t i = 0; i < answers.size(); ++i) {
    require(decoded.answers[i].status == KeyStatus::ok);
    require(decoded.answers[i].text == sheaf::text::trim(with_line_feeds(answers[i])));
  }
}

/// So is any code in a fence.
void check_program(const BatchFormat& format, std::string_view code) {
  const std::vector<std::string> answers{fenced("first"), fenced(code), fenced("third")};
  const std::vector<SampleText> samples(3, {{{"Q", "what?"}, {"Answer Choices", "(a) x"}}});
  const std::string reply = format.answers(answers, Keys::indexed);
  const Decoded decoded = format.decode({.text = reply, .samples = samples});
  for (std::size_t i = 0; i < answers.size(); ++i) {
    require(decoded.answers[i].status == KeyStatus::ok);
    require(decoded.answers[i].text == sheaf::text::trim(with_line_feeds(answers[i])));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const auto format = make_labelled({"Q", "Answer Choices"}, "A");
  static const auto programs = make_labelled({"Q", "Answer Choices"}, "A", AnswerForm::program);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t part = bytes.find('\x1E');
  const std::string field(part == bytes.npos ? "what?" : bytes.substr(0, part));
  const std::string_view text = part == bytes.npos ? bytes : bytes.substr(part + 1);
  const std::vector<SampleText> samples(1U + data[0] % 9,
                                        {{{"Q", field}, {"Answer Choices", "(a) x"}}});
  const bool plain = samples.size() == 1 && (data[1] & 1) != 0;
  const Reply reply{.text = text,
                    .end = static_cast<ReplyEnd>((data[1] >> 1) % 3),
                    .keys = plain ? Keys::plain : Keys::indexed,
                    .samples = samples};
  check_reply(*format, reply);
  check_reply(*programs, reply);
  check_answer(*format, text);
  check_program(*programs, text);
  return 0;
}
