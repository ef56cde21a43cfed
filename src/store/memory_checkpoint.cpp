#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "store/account.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::store {
namespace {

class MemoryCheckpoint final : public Checkpoint {
 public:
  Expected<std::optional<SampleNo>> find(const Fingerprint& key) override {
    const auto found = numbers_.find(key);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }

  Expected<SampleNo> add(const Fingerprint& key, const std::string& first_id) override {
    auto& record = samples_.emplace_back();
    record.key = key;
    record.first_id = first_id;
    numbers_.emplace(key, std::ssize(samples_));
    return std::ssize(samples_);
  }

  Expected<SampleRecord> read(SampleNo sample) override {
    if (auto done = known(sample); !done) return std::unexpected(done.error());
    return samples_[index_of(sample)];
  }

  Expected<void> write(SampleNo sample, const SampleRecord& record) override {
    if (auto done = known(sample); !done) return done;
    auto& stored = samples_[index_of(sample)];
    auto added = std::pair(stored.key, std::move(stored.first_id));
    stored = record;
    std::tie(stored.key, stored.first_id) = std::move(added);
    return {};
  }

  std::int64_t sample_count() const override { return std::ssize(samples_); }

  Expected<void> begin_rows() override {
    rows_.clear();
    parked_.clear();
    return {};
  }

  Expected<void> add_row(std::int64_t sequence, const std::string& id, SampleNo sample) override {
    if (auto done = known(sample); !done) return done;
    rows_.insert_or_assign(sequence, std::pair(id, sample));
    return {};
  }

  Expected<std::optional<SampleNo>> find_row(const std::string& id) override {
    for (const auto& [sequence, row] : rows_) {
      if (row.first == id) return row.second;
    }
    return std::nullopt;
  }

  Expected<void> for_each_row(const VisitRow& visit) override {
    for (const auto& [sequence, row] : rows_) visit(sequence, row.first, row.second);
    return {};
  }

  Expected<AttemptNo> begin_attempt(const AttemptStart& start) override {
    const auto number = std::ssize(attempts_) + 1;
    attempts_.push_back({number, start, std::nullopt});
    return number;
  }

  Expected<void> end_attempt(AttemptNo attempt, const AttemptEnd& end) override {
    if (attempt < 1 || attempt > std::ssize(attempts_)) {
      return fail(ErrorCode::stopped, fmt::format("there is no attempt {}", attempt));
    }
    auto& stored = attempts_[index_of(attempt)];
    if (stored.end) {
      return fail(ErrorCode::stopped, fmt::format("attempt {} has ended before", attempt));
    }
    stored.end = end;
    return {};
  }

  Expected<void> for_each_attempt(const std::function<bool(const Attempt&)>& visit) override {
    for (const auto& attempt : attempts_) {
      if (!visit(attempt)) break;
    }
    return {};
  }

  Expected<void> for_each_figure(const std::function<void(const Attempt&)>& visit) override {
    for (const auto& attempt : attempts_) visit(attempt);
    return {};
  }

  Expected<Spending> spending() override {
    Spending spending;
    for (const auto& attempt : attempts_) count(spending, attempt);
    return spending;
  }

  Expected<RecentTokens> recent_tokens(AttemptKind kind, std::int64_t since_unix_ms,
                                       std::int64_t now_unix_ms) override {
    RecentTokens recent;
    for (const auto& attempt : attempts_) {
      const auto one = recent_of(attempt, kind, since_unix_ms, now_unix_ms);
      if (one) recent.push_back(*one);
    }
    return recent;
  }

  Expected<BulkJobNo> add_bulk_job(const BulkJob& job,
                                   std::span<const AttemptNo> attempts) override {
    bulk_jobs_.push_back(job);
    for (const auto attempt : attempts) bulk_job_of_[attempt] = std::ssize(bulk_jobs_);
    return std::ssize(bulk_jobs_);
  }

  Expected<void> write_bulk_job(BulkJobNo number, const BulkJob& job) override {
    if (auto done = known_job(number); !done) return done;
    bulk_jobs_[index_of(number)] = job;
    return {};
  }

  Expected<BulkJob> read_bulk_job(BulkJobNo number) override {
    if (auto done = known_job(number); !done) return std::unexpected(done.error());
    return bulk_jobs_[index_of(number)];
  }

  Expected<std::vector<OpenBulkRequest>> open_bulk_requests() override {
    std::vector<OpenBulkRequest> open;
    for (const auto& attempt : attempts_) {
      if (!attempt.start.is_bulk || attempt.end) continue;
      const auto job = bulk_job_of_.find(attempt.number);
      auto start = attempt.start;
      start.prompt_prefix.clear();
      start.prompt_rest.clear();
      open.push_back(
          {attempt.number, job == bulk_job_of_.end() ? 0 : job->second, std::move(start)});
    }
    return open;
  }

  Expected<void> add_vector(const VectorRecord& record) override {
    vectors_.push_back(record);
    return {};
  }

  Expected<void> for_each_vector(const std::function<void(const VectorRecord&)>& visit) override {
    for (const auto& vector : vectors_) visit(vector);
    return {};
  }

  Expected<void> park(std::int64_t sequence, const std::string& line) override {
    parked_.insert_or_assign(sequence, line);
    return {};
  }

  Expected<std::optional<std::string>> unpark(std::int64_t sequence) override {
    auto parked = parked_.extract(sequence);
    if (parked.empty()) return std::nullopt;
    return std::move(parked.mapped());
  }

  Expected<TaskMark> task_mark() override { return task_mark_; }
  Expected<void> set_task_mark(const TaskMark& mark) override {
    task_mark_ = mark;
    note_model(models_, mark.model, std::ssize(attempts_) + 1);
    return {};
  }
  Expected<std::vector<ModelSince>> models() override { return models_; }
  Expected<std::optional<OutputMark>> output_mark() override { return output_mark_; }
  Expected<void> set_output_mark(const std::optional<OutputMark>& mark) override {
    output_mark_ = mark;
    return {};
  }

  Expected<std::optional<CompletionMark>> completion_mark() override { return completion_mark_; }
  Expected<void> set_completion_mark(const std::optional<CompletionMark>& mark) override {
    completion_mark_ = mark;
    return {};
  }

  Expected<void> commit() override { return {}; }

 private:
  static std::size_t index_of(std::int64_t number) { return static_cast<std::size_t>(number - 1); }

  Expected<void> known(SampleNo sample) const {
    if (sample >= 1 && sample <= std::ssize(samples_)) return {};
    return fail(ErrorCode::stopped, fmt::format("there is no sample {}", sample));
  }

  Expected<void> known_job(BulkJobNo number) const {
    if (number >= 1 && number <= std::ssize(bulk_jobs_)) return {};
    return fail(ErrorCode::stopped, fmt::format("there is no bulk job {}", number));
  }

  std::vector<SampleRecord> samples_;
  std::map<Fingerprint, SampleNo> numbers_;
  std::vector<Attempt> attempts_;
  std::vector<BulkJob> bulk_jobs_;
  std::map<AttemptNo, BulkJobNo> bulk_job_of_;
  std::vector<VectorRecord> vectors_;
  std::map<std::int64_t, std::pair<std::string, SampleNo>> rows_;
  std::map<std::int64_t, std::string> parked_;
  TaskMark task_mark_;
  std::vector<ModelSince> models_;
  std::optional<OutputMark> output_mark_;
  std::optional<CompletionMark> completion_mark_;
};

}  // namespace

std::unique_ptr<Checkpoint> make_memory() { return std::make_unique<MemoryCheckpoint>(); }

}  // namespace sheaf::store
