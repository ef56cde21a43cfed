// A format: the agreement by which a reply tells its answers apart. Writing a prompt's part of it
// and decoding a reply live in one class because they are one agreement; docs/batch-format.md
// states it in full.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::format {

/// One labelled piece of a sample: label "Premise", its text as the row has it (not yet escaped).
struct Field {
  std::string label;
  std::string text;
  friend bool operator==(const Field&, const Field&) = default;
};

/// One sample as it will be shown: its fields in the task's order. A row's own choice list is a
/// last field, "Answer Choices", already in the form "(a) ... (b) ...".
struct SampleText {
  std::vector<Field> fields;
  friend bool operator==(const SampleText&, const SampleText&) = default;
};

/// Whether labels carry an index. `plain` is standard prompting: "Q:" and "A:", for one sample.
enum class Keys { plain, indexed };

/// What an answer is: a text, or a text with a program in a code fence, in which nothing is
/// structure (docs/batch-format.md, "Programs").
enum class AnswerForm { text, program };

/// What decoding says of one key. All but `ok` and `duplicate_same` are doubts.
enum class KeyStatus {
  ok,                  ///< Printed once, with a text.
  missing,             ///< Not printed, or printed with nothing behind it.
  duplicate_same,      ///< Printed twice with equal whole text, trimmed.
  duplicate_conflict,  ///< Printed twice with different text.
  unknown,             ///< The reply holds a key outside 1..size: none of its keys can be trusted.
  unparsable,          ///< Where its text ends, or whose it is, cannot be told for certain.
  truncated,           ///< The last key of a reply that was cut at the token cap.
  refused,             ///< The provider refused the whole reply (finish reason, not words).
};

/// The stable name used in files: "ok", "duplicate-same", ...
std::string_view to_string(KeyStatus status);

/// Whether the text of a reply's last answer goes on over lines that are not indented, so that an
/// epilogue may be among them: over no more of them than every other answer does, or over more.
enum class RunOn { no, like_others, beyond_others };

struct DecodedAnswer {
  int index = 0;  ///< From 1.
  KeyStatus status = KeyStatus::missing;
  /// The answer, trimmed, escapes undone; empty when missing, unknown or refused. Of any other
  /// doubt it is what stood behind the key first, or nothing where that may not be the answer at
  /// all: for people to look at, never to be read for a value.
  std::string text;
  /// Of an answer without a doubt: what stands behind `text`, line breaks first, and may or may not
  /// belong to it. Whoever reads a value has to show that it does not matter, or doubt the answer.
  std::string tail = {};
  RunOn run_on = RunOn::no;
};

/// `answers` holds exactly one entry for each key 1..size, in order: decoding never invents or
/// loses one.
struct Decoded {
  std::vector<DecodedAnswer> answers;
  bool any_key = false;  ///< The reply printed at least one answer key.
  /// A key is missing, and not because the reply was cut before it: its answer may stand unkeyed in
  /// another's text.
  bool incomplete = false;
};

/// How the reply ended, as far as decoding cares.
enum class ReplyEnd { complete, cut_at_cap, refused };

/// Everything decoding may look at. `text` has its primed label put back already, and may be any
/// bytes.
struct Reply {
  std::string_view text;
  ReplyEnd end = ReplyEnd::complete;
  Keys keys = Keys::indexed;            ///< How the samples of this batch were labelled.
  std::span<const SampleText> samples;  ///< The batch in order; its size is the number of keys.
};

/// Immutable after construction; any thread may call it.
class BatchFormat {
 public:
  virtual ~BatchFormat() = default;
  /// All contexts of a group or test batch, in order, no trailing newline. No blank line stands
  /// inside it, and no line of it but its own starts with a label of the task.
  virtual std::string contexts(std::span<const SampleText> samples, Keys keys) const = 0;
  /// The outputs of an exemplar group, in order, no trailing newline. Each text is escaped so that
  /// decoding gives it back, trimmed, with LF for CR and CRLF. Of programs, what stands in a closed
  /// fence is shown as it is; another place that looks like a fence gets a backslash, which stays.
  virtual std::string answers(std::span<const std::string> texts, Keys keys) const = 0;
  /// The label that a completion prompt ends with: "A[1]:" or "A:". No space follows it: models
  /// write a word together with the space before it as one token, and a prompt that ends in a
  /// space asks for a word without one.
  virtual std::string primed(Keys keys) const = 0;
  /// For chat with more than one sample: the last line of the last user turn, naming count and
  /// keys.
  virtual std::string closing_line(int size) const = 0;
  /// What the output contract (system message, keys indexed) says of how answers are told apart; it
  /// names neither a count nor a key.
  virtual std::string contract() const = 0;
  /// The rule `root` of a GBNF grammar (llama.cpp, grammars/README.md) that admits the answers of a
  /// batch, each once, in order and under its key, and nothing else but up to two line breaks, by
  /// which a model may say that it is done; behind `primed` where the prompt ends with it. `rules`
  /// names for each sample the caller's rule of its answer. Empty where a format has no grammar.
  virtual std::string grammar(std::span<const std::string> rules, Keys keys, bool primed) const = 0;
  /// Joins answers to keys by what is printed. Never throws, takes time linear in the reply and the
  /// samples.
  virtual Decoded decode(const Reply& reply) const = 0;
  /// Tokens the format itself adds to a reply, per answer, for sizing the output cap.
  virtual std::int64_t overhead_tokens_per_answer() const = 0;
};

/// What a task may name as its format.
std::vector<std::string_view> names();
/// The format of that name, which is one of them.
std::unique_ptr<BatchFormat> make(std::string_view name,
                                  const std::vector<std::string>& field_labels,
                                  std::string answer_label, AnswerForm form = AnswerForm::text);

/// The paper's format (arXiv 2301.08721): "Q[1]: ..." and "A[1]: ...".
/// `field_labels` are all labels a sample may show, in order, the choice label included.
/// Precondition: no label has a `label_fault`, and no two are the `same_label` (label.hpp).
std::unique_ptr<BatchFormat> make_labelled(const std::vector<std::string>& field_labels,
                                           std::string answer_label,
                                           AnswerForm form = AnswerForm::text);

}  // namespace sheaf::format
