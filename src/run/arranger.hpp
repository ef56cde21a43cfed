// The arrangement that a task's grouping asks for, over the samples of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "core/random.hpp"
#include "format/batch_format.hpp"
#include "grouping/groups.hpp"
#include "grouping/kind.hpp"
#include "grouping/vectors.hpp"
#include "plan/planner.hpp"

namespace sheaf::run {

/// What of a sample decides with which others it is asked.
struct Arranged {
  plan::SampleHandle handle = 0;
  const format::SampleText* text = nullptr;  ///< Outlives the arranger.
  std::int64_t bytes = 0;                    ///< As the prompt of this sample alone shows it.
};

/// The text of a sample that its vector tells: its fields, without labels, a line each.
std::string text_to_compare(const format::SampleText& sample);

/// Arranges all samples of a run, one isolation group after the other. Single use.
class Arranger {
 public:
  struct Options {
    grouping::Kind kind = grouping::Kind::random;
    std::size_t batch_size = 1;
    std::uint64_t seed = 0;
  };
  /// Vectors are asked of `vectorise` where the kind needs them and a batch holds more than one
  /// sample; its error is the arranger's.
  static Expected<Arranger> make(Options options, std::vector<Arranged> samples,
                                 const grouping::Vectorise& vectorise);

  std::size_t vector_bytes() const;

  /// The batches of the next samples, as many as `group` holds; the groups come in the order of
  /// the samples.
  std::vector<std::vector<plan::SampleHandle>> arrange(std::span<const plan::SampleHandle> group);

 private:
  Arranger(Options options, std::vector<Arranged> samples,
           std::optional<grouping::Vectors> vectors);
  /// Of the next samples.
  grouping::Groups groups_of(std::span<const Arranged> samples, std::uint64_t seed) const;
  grouping::VectorSpan vectors_of(std::size_t count) const;

  Options options_;
  std::vector<Arranged> samples_;
  std::optional<grouping::Vectors> vectors_;
  Random seeds_;
  std::size_t done_ = 0;
};

}  // namespace sheaf::run
