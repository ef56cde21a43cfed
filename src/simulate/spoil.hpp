// The content faults: each turns a right reply into one that is wrong in one way.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "format/batch_format.hpp"
#include "simulate/answer_writer.hpp"
#include "simulate/fault_kinds.hpp"
#include "simulate/prompt_reader.hpp"

namespace sheaf::simulate {

/// Spoils one reply; used once. Borrows all it is given. A new fault is a function here and a line
/// in fault_kinds.hpp.
class Spoiler {
 public:
  struct Reply {
    Api api = Api::chat;
    const ReadBatch& batch;
    const std::vector<KnownSample>& samples;
    const std::vector<Asking>& askings;
    const std::vector<WrittenAnswer>& answers;
    std::string_view label;  ///< The answers'.
  };

  Spoiler(Reply reply, const format::BatchFormat& format, const AnswerWriter& writer,
          Random random);

  struct Spoiled {
    std::string text;  ///< With all its labels.
    std::vector<WrittenAnswer> answers;
  };
  /// nullopt where the fault does not fit the reply. `cut` and `block` are not made here: they fit
  /// any.
  std::optional<Spoiled> spoil(ContentFault fault);

 private:
  /// One answer as printed: its key, and all that follows the label.
  struct Line {
    std::size_t key = 0;
    std::string body;
  };
  using Text = std::optional<std::string>;

  Text spoiled_text(ContentFault fault);
  Text drop();
  Text swap();
  Text duplicate();
  Text conflict();
  Text renumber();
  std::string preamble();
  std::string echo();
  std::string multi_line();
  std::string refuse();
  std::string prose();
  Text mislabel();

  std::size_t any_line() { return static_cast<std::size_t>(random_.below(lines_.size())); }
  /// Another line than `line`; there are at least two.
  std::size_t other_line(std::size_t line);
  std::string repeated(Line line);
  std::string encoded(const std::string& text) const;
  std::string behind_label(const std::string& text) const;
  std::string broken(const WrittenAnswer& answer, bool sentence_by_sentence, bool indented) const;
  WrittenAnswer rewritten(std::size_t line, Manner manner) const;
  void set_lines();
  std::string printed() const;

  Reply reply_;
  const format::BatchFormat& format_;
  const AnswerWriter& writer_;
  Random random_;
  std::vector<WrittenAnswer> answers_;
  std::vector<Line> lines_;
};

}  // namespace sheaf::simulate
