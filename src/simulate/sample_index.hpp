// The rows that the simulated model knows, by the text of their samples: lean enough for millions.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/hash.hpp"

namespace sheaf::simulate {

/// What is kept of a row. Texts are borrowed from the index.
struct KnownSample {
  std::string_view id;
  std::string_view value;  ///< The right answer as answer_writer.hpp has it; empty: none is known.
  std::string_view voice;  ///< Words to say; empty: its own.
  /// Where the voice does not end in a value of its own: what is read from it, as JSON.
  std::string_view voice_reading;
  std::uint8_t choices = 0;   ///< Length of the row's own list of choices.
  std::uint8_t refusals = 0;  ///< A bit for each refusal that names none of them.
};

/// Equal samples are one entry: the first row's answer holds, all ids are known. About 40 bytes a
/// row and its texts; nothing is ever moved. Single-threaded.
class SampleIndex {
 public:
  using Number = std::uint32_t;

  /// False when an equal sample was there: then only the id is kept.
  bool add(const Fingerprint& fingerprint, const KnownSample& sample);

  std::optional<Number> find(const Fingerprint& fingerprint) const;
  KnownSample at(Number number) const;
  Number size() const { return static_cast<Number>(places_.size()); }

  /// An id of a later row with an equal sample.
  struct Alias {
    Number number = 0;
    std::string_view id;
  };
  std::size_t alias_count() const { return aliases_.size(); }
  Alias alias(std::size_t at) const;

 private:
  /// Bytes in blocks, so that growing copies nothing.
  class Arena {
   public:
    struct Place {
      std::uint32_t block = 0;
      std::uint32_t offset = 0;
    };
    Place add(std::string_view bytes);
    const char* at(Place place) const { return blocks_[place.block].get() + place.offset; }

   private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t used_ = 0;
    std::size_t room_ = 0;
  };

  std::size_t slot_of(const Fingerprint& fingerprint) const;
  void grow();

  Arena arena_;
  std::deque<Fingerprint> fingerprints_;
  std::deque<Arena::Place> places_;
  std::deque<std::pair<Number, Arena::Place>> aliases_;
  std::vector<Number> slots_;  ///< Open addressing; a number plus one, or 0.
};

}  // namespace sheaf::simulate
