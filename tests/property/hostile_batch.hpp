// A batch of hostile rows, rendered by their task, each with the one true answer that names it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "dice.hpp"
#include "format/batch_format.hpp"
#include "hostile_task.hpp"

namespace sheaf::hostile {

/// The answer an oracle gives for one sample.
struct Truth {
  /// A made-up word that stands in no row and in no other sample's answer.
  std::string nonce;
  json::Value value;
  std::string written;  ///< A text that the format can write as it is and that reads as `value`.
  std::string loose;    ///< The same value as a model writes it that neither escapes nor indents.
  bool names_nonce = false;  ///< Whether `written` and `loose` hold the nonce.
};

struct HostileBatch {
  HostileTask task;
  std::vector<format::SampleText> samples;
  std::vector<std::vector<std::string>> options;  ///< Each row's own choices, or none.
  std::vector<Truth> truths;
  format::Keys keys = format::Keys::indexed;
};

/// The format and the size, 1 to 64, follow from `seed`; all else from `dice`. Within a batch no
/// two samples have the same number, and no two the same choice while there are enough.
HostileBatch make_batch(Dice& dice, std::uint64_t seed, Answers answers = Answers::texts);

}  // namespace sheaf::hostile
