// Law 2: an answer is joined to its sample by the key printed beside it, whatever the samples say
// and however a reply is mangled: the sample's own answer or a doubt, never another's.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "format/batch_format.hpp"
#include "format/fences.hpp"
#include "hostile_text.hpp"
#include "reply_mangles.hpp"

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

std::unique_ptr<BatchFormat> programs() {
  return make_labelled({"Q", "Answer Choices"}, "A", AnswerForm::program);
}

/// A program that says `nonce`, with whatever lines around it; words around its fence at times,
/// which say the nonce first too.
std::string program_text(const std::string& nonce, std::size_t pieces) {
  std::string text = fenced(*hostile::text(pieces) + nonce + *hostile::text(pieces));
  for (const bool before : {true, false}) {
    const std::string words = *hostile::text(pieces);
    if (*rc::gen::arbitrary<bool>() || words.contains("```")) continue;
    text = before ? nonce + words + "\n" + text : text + "\n" + words;
  }
  return text;
}

RC_GTEST_PROP(Identity, AFaithfulReplyOfProgramsDecodesToItselfExactly, ()) {
  const std::size_t size = arbitrary_size();
  const auto samples = hostile::samples(*hostile::texts(size));
  Texts answers;
  for (std::size_t i = 0; i < size; ++i) answers.push_back(program_text(hostile::nonce(i), 8));
  const std::string reply = programs()->answers(answers, Keys::indexed);
  RC_LOG() << "reply:\n" << reply << "\n";
  const Decoded decoded = programs()->decode({.text = reply, .samples = samples});
  for (std::size_t i = 0; i < size; ++i) {
    RC_ASSERT(to_string(decoded.answers[i].status) == "ok");
    RC_ASSERT(decoded.answers[i].text == read_back(answers[i]));
  }
}

RC_GTEST_PROP(Identity, AFaithfulPlainReplyOfAProgramDecodesToItselfExactly, ()) {
  const auto samples = hostile::samples(*hostile::texts(1));
  const Texts answer{program_text(hostile::nonce(0), 8)};
  const std::string reply = programs()->answers(answer, Keys::plain);
  RC_LOG() << "reply:\n" << reply << "\n";
  const Decoded decoded =
      programs()->decode({.text = reply, .keys = Keys::plain, .samples = samples});
  RC_ASSERT(to_string(decoded.answers.at(0).status) == "ok");
  RC_ASSERT(decoded.answers.at(0).text == read_back(answer[0]));
}

/// The keyed lines of a reply as they are: each answer as the format escapes it, or as a model
/// writes it that does not indent, or in one line.
Texts behind_keys(const hostile::KeyWriting& keys, std::size_t size, std::size_t pieces) {
  Texts out;
  for (std::size_t i = 0; i < size; ++i) {
    const int form = *rc::gen::inRange(0, 3);
    const std::string nonce = hostile::nonce(i);
    if (form == 0) {
      out.push_back(keys.behind(*hostile::text(pieces) + nonce + *hostile::text(pieces)));
    } else {
      out.push_back((form == 1 ? " so " : " First this.\nThen that: ") + nonce);
    }
  }
  return out;
}

/// `reply` with what models write around it: nothing, a preamble, the questions again, a fence.
std::string wrapped(const BatchFormat& format, const std::vector<SampleText>& samples,
                    const std::string& reply) {
  std::string raw;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    raw += "Q[" + std::to_string(i + 1) + "]: " + samples[i].fields[0].text + "\n";
  }
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return "Sure! Here are the answers to A[1] to A[3]:\n\n" + reply;
    case 1:
      return format.contexts(samples, Keys::indexed) + "\n" + reply;
    case 2:
      return "```\n" + reply + "\n```\nThat was all.";
    case 3:
      return reply + "\n\nI hope this helps; 7 more to go.";
    case 4:
      return raw + reply;
    default:
      return reply;
  }
}

/// A reply mangled in one way, drawn, and wrapped.
std::string mangled(const BatchFormat& format, const std::vector<SampleText>& samples,
                    const hostile::Mangle& mangle, std::size_t pieces) {
  hostile::Dice dice(*rc::gen::arbitrary<std::uint64_t>());
  const hostile::KeyWriting keys(format);
  Texts nonces;
  for (std::size_t i = 0; i < samples.size(); ++i) nonces.push_back(hostile::nonce(i));
  RC_LOG() << "mangle: " << mangle.name << "\n";
  return wrapped(format, samples,
                 mangle.apply({.dice = dice,
                               .format = format,
                               .keys = keys,
                               .label = "A",
                               .samples = samples,
                               .nonces = nonces,
                               .behind = behind_keys(keys, samples.size(), pieces)}));
}

RC_GTEST_PROP(Identity, AMangledReplyGivesEachSampleItsOwnAnswerOrADoubt, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = *rc::gen::element<std::size_t>(1, 2, 3, 6, 16);
  const auto samples = hostile::samples(*hostile::texts(size));
  for (const hostile::Mangle& mangle : hostile::reply_mangles()) {
    if (!hostile::shows(mangle.trace, size)) continue;
    const std::string reply = mangled(*format, samples, mangle, 6);
    expect_own_or_doubt(*format, {.text = reply, .samples = samples});
  }
}

RC_GTEST_PROP(Identity, AReplyCutAtAnyByteGivesEachSampleItsOwnAnswerOrADoubt, ()) {
  const auto format = hostile::labelled();
  const std::size_t size = *rc::gen::element<std::size_t>(1, 2, 3);
  const auto samples = hostile::samples(*hostile::texts(size, 2));
  const auto& mangles = hostile::reply_mangles();
  const auto& mangle = mangles[*rc::gen::inRange<std::size_t>(0, mangles.size())];
  if (!hostile::shows(mangle.trace, size)) return;
  const std::string reply = mangled(*format, samples, mangle, 2);
  for (std::size_t bytes = 0; bytes <= reply.size(); ++bytes) {
    expect_own_or_doubt(*format, {.text = std::string_view(reply).substr(0, bytes),
                                  .end = ReplyEnd::cut_at_cap,
                                  .samples = samples});
  }
}

}  // namespace
}  // namespace sheaf::format
