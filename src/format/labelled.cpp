#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/gbnf.hpp"
#include "core/text.hpp"
#include "format/align.hpp"
#include "format/batch_format.hpp"
#include "format/echo.hpp"
#include "format/escape.hpp"
#include "format/fences.hpp"
#include "format/label_scanner.hpp"
#include "format/pieces.hpp"
#include "format/reading.hpp"
#include "format/reply_keys.hpp"

namespace sheaf::format {
namespace {

std::string key(std::string_view label, Keys keys, std::size_t index) {
  if (keys == Keys::plain) return fmt::format("{}:", label);
  return fmt::format("{}[{}]:", label, index + 1);
}

void append_line(std::string& out, std::string_view key, std::string_view text) {
  if (!out.empty()) out.push_back('\n');
  out.append(key);
  if (!text.empty()) out.append(" ").append(text);
}

/// About as many bytes as the samples take when shown.
std::size_t shown_size(std::span<const SampleText> samples) {
  constexpr std::size_t key_and_break = 12;
  std::size_t size = 0;
  for (const SampleText& sample : samples) {
    for (const Field& field : sample.fields) {
      size += field.label.size() + field.text.size() + key_and_break;
    }
  }
  return size;
}

/// Where the thought that `text` starts with ends; all of it where the thought has no end.
std::size_t thought_length(std::string_view text) {
  constexpr std::string_view close = "</think>";
  if (!starts_with_thought(text)) return 0;
  for (std::size_t at = text.find('<', 1); at != text.npos; at = text.find('<', at + 1)) {
    const bool ends = text::equals_fold_ascii(text.substr(at, close.size()), close);
    if (ends && text[at - 1] != '\\') return at + close.size();
  }
  return text.size();
}

/// Whether an echo of the samples could look like the end of a thought.
bool show_thought_end(std::span<const SampleText> samples) {
  return std::ranges::any_of(samples, [](const SampleText& sample) {
    return std::ranges::any_of(
        sample.fields, [](const Field& field) { return unopened_thought_length(field.text) > 0; });
  });
}

/// A reply without the thought that it starts with, before or behind its primed label. A thought
/// may lack its start, which some templates put into the prompt: `hidden_thought` tells its length.
std::string without_thought(std::string_view text, std::string_view primed,
                            std::span<const SampleText> samples, const auto& hidden_thought) {
  const std::string_view reply = text::trim(text);
  if (const std::size_t length = thought_length(reply)) return std::string(reply.substr(length));
  const bool is_primed = reply.starts_with(primed);
  const std::string_view rest = is_primed ? text::trim(reply.substr(primed.size())) : reply;
  std::size_t length = is_primed ? thought_length(rest) : 0;
  if (length == 0 && !show_thought_end(samples)) length = hidden_thought(rest);
  if (length == 0) return std::string(text);
  const std::string_view said = rest.substr(length);
  return said.empty() || !is_primed ? std::string(said) : std::string(primed).append(said);
}

Decoded all_of(std::size_t size, KeyStatus status) {
  Decoded out;
  for (std::size_t i = 0; i < size; ++i) {
    out.answers.push_back({.index = static_cast<int>(i + 1), .status = status, .text = {}});
  }
  return out;
}

class Labelled final : public BatchFormat {
 public:
  Labelled(const std::vector<std::string>& field_labels, std::string answer_label, AnswerForm form)
      : answer_label_(std::move(answer_label)),
        form_(form),
        scanner_(field_labels, answer_label_) {}

  std::string contexts(std::span<const SampleText> samples, Keys keys) const override {
    std::string out;
    out.reserve(shown_size(samples));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      for (const Field& field : samples[i].fields) {
        append_line(out, key(field.label, keys, i), escape_field(field.text, scanner_));
      }
    }
    return out;
  }

  std::string answers(std::span<const std::string> texts, Keys keys) const override {
    std::string out;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      append_answer(out, key(answer_label_, keys, i), texts[i]);
    }
    return out;
  }

  std::string primed(Keys keys) const override { return key(answer_label_, keys, 0); }

  std::string closing_line(int size) const override {
    return fmt::format("Give exactly {0} answers, one under each of the keys {1}[1] to {1}[{0}].",
                       size, answer_label_);
  }

  std::string contract() const override {
    if (form_ == AnswerForm::program) {
      return fmt::format(
          "Samples are numbered. Answer every numbered sample exactly once: the answer to sample "
          "[i] is the line \"{}[i]:\" and below it one fenced code block. Write nothing else.",
          answer_label_);
    }
    return fmt::format(
        "Samples are numbered. Answer every numbered sample exactly once, on a new line under its "
        "own "
        "key: the answer to sample [i] is written as \"{}[i]: ...\". Write nothing else.",
        answer_label_);
  }

  std::string grammar(std::span<const std::string> rules, Keys keys, bool primed) const override {
    std::string root;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto shown = escaped_for_gbnf(key(answer_label_, keys, i));
      std::string before = fmt::format(R"("{}{} ")", i == 0 ? "" : "\\n", shown);
      if (i == 0 && primed) before = R"(" ")";
      if (i == 0 && !primed && keys == Keys::plain) before = "(" + before + ")?";
      root += fmt::format(" {} {}", before, rules[i]);
    }
    return "root ::=" + root + R"( ("\n" "\n"?)?)" + "\n";
  }

  Decoded decode(const Reply& reply) const override {
    const std::size_t size = reply.samples.size();
    if (reply.end == ReplyEnd::refused) return all_of(size, KeyStatus::refused);
    std::string body = with_line_feeds(
        without_thought(reply.text, primed(reply.keys), reply.samples,
                        [this](std::string_view text) { return hidden_thought(text); }));
    std::optional<FencesOut> fences;
    if (form_ == AnswerForm::program) {
      fences.emplace(body, scanner_);
      body = fences->text();
    }
    if (reply.end == ReplyEnd::cut_at_cap) body = std::string(outside_thoughts(body));
    const KeyChoice choice = choose_keys(join_lists(scanner_.scan(body), body), body,
                                         static_cast<int>(size), reply.keys);
    std::vector<Piece> pieces =
        cut_pieces(body, choice.boundaries, scanner_, static_cast<int>(size));
    if (fences) give_back(*fences, body, choice.boundaries, pieces);
    if (choice.from_fields && holds_echo(choice, pieces, reply.samples)) {
      return all_of(size, KeyStatus::missing);
    }
    const QuotedKeys quoted(reply.samples, scanner_);
    return align({.choice = choice,
                  .pieces = pieces,
                  .quoted = quoted,
                  .answer_label = answer_label_,
                  .size = static_cast<int>(size),
                  .end = reply.end});
  }

  std::int64_t overhead_tokens_per_answer() const override {
    constexpr std::int64_t index_and_line = 6;
    constexpr std::int64_t bytes_per_token = 3;
    constexpr std::int64_t fence_lines = 6;
    const std::int64_t fence = form_ == AnswerForm::program ? fence_lines : 0;
    return fence + index_and_line +
           static_cast<std::int64_t>(answer_label_.size()) / bytes_per_token;
  }

 private:
  /// A program may speak of thoughts.
  std::size_t hidden_thought(std::string_view text) const {
    return form_ == AnswerForm::text ? unopened_thought_length(text)
                                     : thought_line_end(text, scanner_);
  }

  void append_answer(std::string& out, const std::string& key, std::string_view text) const {
    if (form_ == AnswerForm::text) return append_line(out, key, escape_answer(text, scanner_));
    const std::string plain = with_line_feeds(text::trim(text));
    const FencesOut fences(plain);
    const std::vector<Fence> found = find_fences(plain);
    const bool starts_with_fence =
        !found.empty() && found.front().closed && found.front().begin == 0;
    const std::string shown =
        fences.restored(escape_answer(escape_stray_fences(fences.text()), scanner_));
    if (!starts_with_fence) return append_line(out, key, shown);
    append_line(out, key, {});
    out.append("\n").append(shown);
  }

  /// Fences back to the pieces whose code was kept from being read. Behind code that looks like a
  /// key, a fence may have been lost, and what has none itself may be code.
  void give_back(const FencesOut& fences, std::string_view body,
                 const std::vector<Boundary>& boundaries, std::vector<Piece>& pieces) const {
    bool key_in_code = false;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::size_t before = i == 0 ? 0 : boundaries[i - 1].end;
      const std::size_t begin = boundaries[i].end;
      const std::size_t end = i + 1 < pieces.size() ? boundaries[i + 1].begin : body.size();
      key_in_code |= fences.count(body.substr(before, begin - before), scanner_).holds_key;
      const auto own = fences.count(body.substr(begin, end - begin), scanner_);
      pieces[i].unclear_fences = own.open > 0 || own.closed > 1 || (key_in_code && own.closed == 0);
      pieces[i].text = text::trim(fences.restored(pieces[i].text));
      pieces[i].tail = fences.restored(pieces[i].tail);
    }
  }

  static bool holds_echo(const KeyChoice& choice, std::span<const Piece> pieces,
                         std::span<const SampleText> samples) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      for (const Interval& keys : choice.boundaries[i].keys) {
        const bool known =
            keys.first >= 1 && static_cast<std::size_t>(keys.first) <= samples.size();
        if (known && echoes(pieces[i].text, samples[static_cast<std::size_t>(keys.first - 1)])) {
          return true;
        }
      }
    }
    return false;
  }

  std::string answer_label_;
  AnswerForm form_;
  LabelScanner scanner_;
};

}  // namespace

std::string_view to_string(KeyStatus status) {
  switch (status) {
    case KeyStatus::ok:
      return "ok";
    case KeyStatus::missing:
      return "missing";
    case KeyStatus::duplicate_same:
      return "duplicate-same";
    case KeyStatus::duplicate_conflict:
      return "duplicate-conflict";
    case KeyStatus::unknown:
      return "unknown";
    case KeyStatus::unparsable:
      return "unparsable";
    case KeyStatus::truncated:
      return "truncated";
    case KeyStatus::refused:
      return "refused";
  }
  return "unparsable";
}

std::unique_ptr<BatchFormat> make_labelled(const std::vector<std::string>& field_labels,
                                           std::string answer_label, AnswerForm form) {
  return std::make_unique<Labelled>(field_labels, std::move(answer_label), form);
}

}  // namespace sheaf::format
