// Replies as models write them when they do not keep to the format, for any format whose replies
// are lines with a numbered key.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dice.hpp"
#include "format/batch_format.hpp"

namespace sheaf::hostile {

using Texts = std::vector<std::string>;

/// How a format writes a key, learned from the format itself.
class KeyWriting {
 public:
  /// Throws std::logic_error where keys 1 and 2 do not differ in their number alone: such a format
  /// has to be taught here.
  explicit KeyWriting(const format::BatchFormat& format);
  std::string key(std::size_t number) const;
  /// Answer `text` as the format writes it, behind its key.
  std::string behind(const std::string& text) const;

 private:
  const format::BatchFormat& format_;
  std::string before_;
  std::string after_;
};

/// What a reply is made from. Borrowed.
struct Scene {
  Dice& dice;
  const format::BatchFormat& format;
  const KeyWriting& keys;
  std::string_view label;  ///< The answer's, as the task has it.
  const std::vector<format::SampleText>& samples;
  const Texts& nonces;  ///< What only the true answer of each sample says.
  Texts behind;         ///< What stands behind each sample's key, as the reply writes it.

  std::size_t size() const { return behind.size(); }
  /// The block of sample `i` (from 0) under the key `number`.
  std::string block(std::size_t i, std::size_t number) const {
    return keys.key(number) + behind[i];
  }
  std::string block(std::size_t i) const { return block(i, i + 1); }
  Texts blocks() const;
};

/// Whether a reader can tell, by what the reply says and the rules of the format, that a reply is
/// mangled this way.
///
/// `telling`: each sample gets its own answer or a doubt, always. All manglings that leave a trace
/// in the keys are: a key that is missing, doubled, outside 1..b, in another writing, a list; a cut
/// that the finish reason tells; text around the answers.
///
/// `hidden`: the reply is, byte for byte, one that a model could have written faithfully for other
/// answers: the answers of two samples exchanged under their keys, all of them moved round, or one
/// left out and the rest numbered on so that only the last key is missing; or two answers glued
/// into one word, the key between them lost ("57" for "5" and "7": not among these). No reader of
/// keys can tell them (the last of them leaves the last key missing, but so does a reply that
/// stopped early). They are counted apart, and nothing is asserted of them where there is more
/// than one sample.
///
/// `hidden_alone`: hidden for a single. Its reply is its answer, whole, so that an epilogue that
/// names a value is part of it; nobody else's answer can be there.
enum class Trace { telling, hidden, hidden_alone };

/// Whether the mangling shows in a reply to so many samples. (A single has nothing to exchange.)
bool shows(Trace trace, std::size_t size);

struct Mangle {
  std::string name;
  Trace trace = Trace::telling;
  std::function<std::string(const Scene&)> apply;
};

/// Every way; the first is "as it is". Each makes one reply from a scene.
const std::vector<Mangle>& reply_mangles();

std::string joined(const Texts& lines, std::string_view by = "\n");

}  // namespace sheaf::hostile
