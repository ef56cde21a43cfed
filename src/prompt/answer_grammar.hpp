// The grammar that keeps a reply to keyed answers.
#pragma once

#include <span>
#include <string>

#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {

/// In GBNF (llama.cpp, grammars/README.md): answers under their keys, as `format` has them, each of
/// which is what `value_contract` asks for, on one line, behind a chain of thought where there is
/// one. `primed`: the prompt ends with the first key. Precondition: an answer is no program.
std::string answer_grammar(const task::Task& task, const format::BatchFormat& format,
                           std::span<const format::SampleText> samples, format::Keys keys,
                           bool primed);

}  // namespace sheaf::prompt
