// Law 2: an answer is joined to its sample by the key printed beside it, whatever the samples say
// and however a reply is mangled: the sample's own answer or a doubt, never another's.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "format/batch_format.hpp"
#include "hostile_text.hpp"
#include "mangled_reply.hpp"

namespace sheaf::format {
namespace {

using Texts = std::vector<std::string>;

/// An answer as decoding has to give it back.
std::string read_back(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i] == '\r' ? '\n' : text[i]);
  }
  return std::string(text::trim(out));
}

bool accepted(const DecodedAnswer& answer) {
  return answer.tail.empty() &&
         (answer.status == KeyStatus::ok || answer.status == KeyStatus::duplicate_same);
}

/// Every accepted answer is the sample's own, and every sample has exactly one entry. (A single's
/// reply without a key is its answer, whatever it says.)
void expect_own_or_doubt(const BatchFormat& format, const Reply& reply) {
  const Decoded decoded = format.decode(reply);
  RC_ASSERT(decoded.answers.size() == reply.samples.size());
  for (std::size_t i = 0; i < decoded.answers.size(); ++i) {
    const DecodedAnswer& answer = decoded.answers[i];
    RC_ASSERT(answer.index == static_cast<int>(i + 1));
    if (!accepted(answer) || !decoded.any_key) continue;
    for (std::size_t j = 0; j < decoded.answers.size(); ++j) {
      const bool named = answer.text.find(hostile::nonce(j)) != std::string::npos;
      if (named == (j == i)) continue;
      RC_LOG() << "reply:\n" << reply.text << "\n";
      RC_FAIL("key " + std::to_string(i + 1) + " was read as: " + answer.text);
    }
  }
}

std::size_t arbitrary_size() { return *rc::gen::element<std::size_t>(1, 2, 3, 4, 6, 9, 16, 64); }

RC_GTEST_PROP(Identity, AFaithfulReplyDecodesToItselfExactly, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = arbitrary_size();
  const auto samples = hostile::samples(*hostile::texts(size));
  Texts answers = *hostile::texts(size);
  for (std::size_t i = 0; i < size; ++i) answers[i].insert(0, hostile::nonce(i));
  const std::string reply = format->answers(answers, Keys::indexed);
  RC_LOG() << "reply:\n" << reply << "\n";
  const Decoded decoded = format->decode({.text = reply, .samples = samples});
  RC_ASSERT(decoded.any_key);
  for (std::size_t i = 0; i < size; ++i) {
    RC_ASSERT(to_string(decoded.answers[i].status) == "ok");
    RC_ASSERT(decoded.answers[i].text == read_back(answers[i]));
  }
}

RC_GTEST_PROP(Identity, AFaithfulPlainReplyDecodesToItselfExactly, ()) {
  const auto format = hostile::labelled();
  const auto samples = hostile::samples(*hostile::texts(1));
  const Texts answer{hostile::nonce(0) + *hostile::text()};
  const std::string reply = format->answers(answer, Keys::plain);
  RC_LOG() << "reply:\n" << reply << "\n";
  const Decoded decoded = format->decode({.text = reply, .keys = Keys::plain, .samples = samples});
  RC_ASSERT(to_string(decoded.answers.at(0).status) == "ok");
  RC_ASSERT(decoded.answers.at(0).text == read_back(answer[0]));
}

RC_GTEST_PROP(Identity, AMangledReplyGivesEachSampleItsOwnAnswerOrADoubt, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = *rc::gen::element<std::size_t>(1, 2, 3, 6, 16);
  const auto samples = hostile::samples(*hostile::texts(size));
  const Texts blocks = hostile::blocks(*format, size);
  for (const hostile::Mangle& mangle : hostile::mangles()) {
    RC_LOG() << "mangle: " << mangle.name << "\n";
    const std::string reply = hostile::wrapped(*format, samples, mangle.apply(blocks));
    expect_own_or_doubt(*format, {.text = reply, .samples = samples});
  }
}

RC_GTEST_PROP(Identity, AReplyCutAtAnyByteGivesEachSampleItsOwnAnswerOrADoubt, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = *rc::gen::element<std::size_t>(1, 2, 3);
  const auto samples = hostile::samples(*hostile::texts(size, 2));
  const hostile::Mangle mangle = *rc::gen::elementOf(hostile::mangles());
  const std::string reply =
      hostile::wrapped(*format, samples, mangle.apply(hostile::blocks(*format, size, 2)));
  RC_LOG() << "mangle: " << mangle.name << "\n";
  for (std::size_t bytes = 0; bytes <= reply.size(); ++bytes) {
    expect_own_or_doubt(*format, {.text = std::string_view(reply).substr(0, bytes),
                                  .end = ReplyEnd::cut_at_cap,
                                  .samples = samples});
  }
}

}  // namespace
}  // namespace sheaf::format
