// The command line of nano_corpus.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace nano {

/// Where a text's worked examples come from.
enum class Worked {
  bare,   ///< There are none, nor is the output contract stated.
  none,   ///< There are none.
  drawn,  ///< Rows, drawn anew for each text.
  own,    ///< The task's own.
  mixed   ///< One of these, drawn anew for each text.
};

struct Options {
  std::string task;      ///< Path of a task file.
  std::string rows;      ///< Path of rows with `answer` and, where the task reasons, `reasoning`.
  std::string wordings;  ///< Path of further instructions, one a line; empty: the task's alone.
  std::uint64_t seed = 1;
  std::int64_t texts = 1000;
  int min_batch = 1;       ///< 1..max_batch
  int max_batch = 12;      ///< Samples in a prompt at most.
  int max_exemplars = 12;  ///< Drawn exemplars at most.
  Worked worked = Worked::mixed;
};

/// "--name value" pairs; the error is a sentence.
std::expected<Options, std::string> read_options(std::span<char* const> arguments);

}  // namespace nano
