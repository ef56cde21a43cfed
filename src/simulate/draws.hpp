// Seeded draws that depend on what is drawn for, never on what was drawn before.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "core/hash.hpp"
#include "core/random.hpp"

namespace sheaf::simulate {

/// What a draw is for: draws for different purposes have nothing to do with each other.
enum class Purpose : std::uint64_t {
  truth = 1,  ///< The right answer of a row without gold.
  rightness,
  mistake,
  conflict,
  wording,
  refusal,
  content_fault,
  fault_shape,
  wire_fault,
  voice,
  bulk_line,
  bulk_order,
  bulk_drop,
};

/// One time that one sample is asked.
struct Asking {
  Fingerprint sample;
  int size = 1;      ///< Of its batch.
  int position = 1;  ///< From 1.
  int time = 1;      ///< The how-manieth time it is asked, from 1.
};

/// Immutable; any thread.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}

  /// The same numbers for the same seed, purpose and numbers, on every machine.
  Random of(Purpose purpose, std::initializer_list<std::uint64_t> numbers) const {
    std::uint64_t state = Random(seed_).next() ^ static_cast<std::uint64_t>(purpose);
    for (const auto number : numbers) state = Random(state).next() ^ number;
    return Random(Random(state).next());
  }
  Random of(Purpose purpose, const Fingerprint& sample) const {
    return of(purpose, {sample.high, sample.low});
  }
  Random of(Purpose purpose, const Asking& asking) const {
    return of(
        purpose,
        {asking.sample.high, asking.sample.low, static_cast<std::uint64_t>(asking.size),
         static_cast<std::uint64_t>(asking.position), static_cast<std::uint64_t>(asking.time)});
  }

 private:
  std::uint64_t seed_;
};

}  // namespace sheaf::simulate
