#include "run/arranger.hpp"

#include <cassert>
#include <utility>

#include "grouping/arrange.hpp"

namespace sheaf::run {

std::string text_to_compare(const format::SampleText& sample) {
  std::string text;
  for (const auto& field : sample.fields) text.append(field.text).push_back('\n');
  return text;
}

Expected<Arranger> Arranger::make(Options options, std::vector<Arranged> samples,
                                  const grouping::Vectorise& vectorise) {
  const bool compares = grouping::needs_vectors(options.kind) && options.batch_size > 1;
  if (samples.empty() || !compares) {
    return Arranger(options, std::move(samples), std::nullopt);
  }
  std::vector<std::string> texts;
  texts.reserve(samples.size());
  for (const auto& sample : samples) texts.push_back(text_to_compare(*sample.text));
  auto vectors = vectorise(texts);
  if (!vectors) return std::unexpected(std::move(vectors.error()));
  assert(vectors->count() == samples.size());
  return Arranger(options, std::move(samples), std::move(*vectors));
}

Arranger::Arranger(Options options, std::vector<Arranged> samples,
                   std::optional<grouping::Vectors> vectors)
    : options_(options),
      samples_(std::move(samples)),
      vectors_(std::move(vectors)),
      seeds_(options.seed) {}

std::size_t Arranger::vector_bytes() const {
  return vectors_ ? vectors_->count() * vectors_->dimensions() * sizeof(float) : 0;
}

std::vector<std::vector<plan::SampleHandle>> Arranger::arrange(
    std::span<const plan::SampleHandle> group) {
  const auto samples = std::span(samples_).subspan(done_, group.size());
  std::vector<std::vector<plan::SampleHandle>> batches;
  for (const auto& places : groups_of(samples, seeds_.next())) {
    auto& batch = batches.emplace_back();
    for (const auto place : places) {
      assert(samples[place].handle == group[place]);
      batch.push_back(group[place]);
    }
  }
  done_ += group.size();
  return batches;
}

grouping::Groups Arranger::groups_of(std::span<const Arranged> samples, std::uint64_t seed) const {
  const auto size = options_.batch_size;
  if (size == 1 && grouping::needs_vectors(options_.kind)) {
    return grouping::by_chance(samples.size(), size, seed);
  }
  std::vector<std::int64_t> lengths;
  switch (options_.kind) {
    case grouping::Kind::sequential:
      return grouping::cut(grouping::places(samples.size()), size);
    case grouping::Kind::random:
      return grouping::by_chance(samples.size(), size, seed);
    case grouping::Kind::length:
      for (const auto& sample : samples) lengths.push_back(sample.bytes);
      return grouping::by_length(lengths, size, seed);
    case grouping::Kind::similarity:
      return grouping::by_similarity(vectors_of(samples.size()), size, seed);
    case grouping::Kind::diversity:
      return grouping::by_diversity(vectors_of(samples.size()), size, seed);
  }
  return {};
}

grouping::VectorSpan Arranger::vectors_of(std::size_t count) const {
  return grouping::VectorSpan(*vectors_).part(done_, count);
}

}  // namespace sheaf::run
