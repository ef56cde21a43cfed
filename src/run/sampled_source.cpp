#include "run/sampled_source.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/random.hpp"

namespace sheaf::run {
namespace {

std::int64_t number_of(const rows::RowOrBad& row) {
  return std::visit([](const auto& any) { return any.number; }, row);
}

class SampledSource final : public rows::RowSource {
 public:
  SampledSource(std::unique_ptr<rows::RowSource> source, std::int64_t count, std::uint64_t seed)
      : source_(std::move(source)), count_(count), random_(seed) {}

  Expected<std::optional<rows::RowOrBad>> next() override {
    if (!drawn_) {
      if (auto done = draw(); !done) return std::unexpected(done.error());
    }
    if (position_ == kept_.size()) return std::optional<rows::RowOrBad>{};
    return std::optional(std::move(kept_[position_++]));
  }
  const std::vector<std::string>& columns() const override { return source_->columns(); }
  const std::string& name() const override { return source_->name(); }

 private:
  Expected<void> draw() {
    drawn_ = true;
    std::vector<rows::RowOrBad> bad;
    std::int64_t seen = 0;
    while (true) {
      auto row = source_->next();
      if (!row) return std::unexpected(row.error());
      if (!*row) break;
      if (std::holds_alternative<rows::BadRow>(**row)) {
        bad.push_back(std::move(**row));
        continue;
      }
      ++seen;
      if (std::ssize(kept_) < count_) {
        kept_.push_back(std::move(**row));
        continue;
      }
      const auto slot = random_.below(static_cast<std::uint64_t>(seen));
      if (slot < kept_.size()) kept_[slot] = std::move(**row);
    }
    std::move(bad.begin(), bad.end(), std::back_inserter(kept_));
    std::ranges::sort(kept_, {}, number_of);
    return {};
  }

  std::unique_ptr<rows::RowSource> source_;
  std::int64_t count_;
  Random random_;
  bool drawn_ = false;
  std::vector<rows::RowOrBad> kept_;
  std::size_t position_ = 0;
};

}  // namespace

std::unique_ptr<rows::RowSource> sample_rows(std::unique_ptr<rows::RowSource> source,
                                             std::int64_t count, std::uint64_t seed) {
  return std::make_unique<SampledSource>(std::move(source), count, seed);
}

}  // namespace sheaf::run
