// A checkpoint that can lose what was not committed, as a power cut does: over the one in memory,
// which forgets nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/checkpoint.hpp"

namespace sheaf::testing {

/// Writes every change down, and hands those that were committed to a successor.
class LossyCheckpoint final : public store::Checkpoint {
 public:
  LossyCheckpoint() : inner_(store::make_memory()) {}
  /// What is left of `other` after the power came back.
  explicit LossyCheckpoint(const LossyCheckpoint& other);
  LossyCheckpoint& operator=(const LossyCheckpoint&) = delete;

  /// The power fails in the commit after `commits` more.
  void fail_after(std::size_t commits) { commits_left_ = commits; }
  bool failed() const { return failed_; }
  /// The disk is full for attempts: none begins or ends.
  bool full = false;
  /// Called after every commit.
  std::function<void()> on_commit;
  std::size_t committed_attempts() const { return committed_attempts_; }
  const std::vector<std::string>& committed_answers() const { return committed_answers_; }
  /// Texts of the replies whose attempts have ended.
  const std::vector<std::string>& committed_replies() const { return committed_replies_; }

  Expected<std::optional<store::SampleNo>> find(const Fingerprint& key) override;
  Expected<store::SampleNo> add(const Fingerprint& key, const std::string& first_id) override;
  Expected<store::SampleRecord> read(store::SampleNo sample) override;
  Expected<void> write(store::SampleNo sample, const store::SampleRecord& record) override;
  std::int64_t sample_count() const override { return inner_->sample_count(); }
  Expected<void> begin_rows() override;
  Expected<void> add_row(std::int64_t sequence, const std::string& id,
                         store::SampleNo sample) override;
  Expected<std::optional<store::SampleNo>> find_row(const std::string& id) override;
  Expected<void> for_each_row(const VisitRow& visit) override;
  Expected<store::AttemptNo> begin_attempt(const store::AttemptStart& start) override;
  Expected<void> end_attempt(store::AttemptNo attempt, const store::AttemptEnd& end) override;
  Expected<void> for_each_attempt(const std::function<bool(const store::Attempt&)>& visit) override;
  Expected<void> for_each_figure(const std::function<void(const store::Attempt&)>& visit) override {
    return inner_->for_each_figure(visit);
  }
  Expected<store::Spending> spending() override { return inner_->spending(); }
  Expected<store::BulkJobNo> add_bulk_job(const store::BulkJob& job,
                                          std::span<const store::AttemptNo> attempts) override;
  Expected<void> write_bulk_job(store::BulkJobNo number, const store::BulkJob& job) override;
  Expected<store::BulkJob> read_bulk_job(store::BulkJobNo number) override {
    return inner_->read_bulk_job(number);
  }
  Expected<std::vector<store::OpenBulkRequest>> open_bulk_requests() override {
    return inner_->open_bulk_requests();
  }
  Expected<void> add_vector(const store::VectorRecord& record) override;
  Expected<void> for_each_vector(
      const std::function<void(const store::VectorRecord&)>& visit) override;
  Expected<store::RecentTokens> recent_tokens(store::AttemptKind kind, std::int64_t since_unix_ms,
                                              std::int64_t now_unix_ms) override;
  Expected<void> park(std::int64_t sequence, const std::string& line) override;
  Expected<std::optional<std::string>> unpark(std::int64_t sequence) override;
  Expected<store::TaskMark> task_mark() override { return inner_->task_mark(); }
  Expected<void> set_task_mark(const store::TaskMark& mark) override;
  Expected<std::vector<store::ModelSince>> models() override;
  Expected<std::optional<store::OutputMark>> output_mark() override;
  Expected<void> set_output_mark(const std::optional<store::OutputMark>& mark) override;
  Expected<std::optional<store::CompletionMark>> completion_mark() override;
  Expected<void> set_completion_mark(const std::optional<store::CompletionMark>& mark) override;
  Expected<void> commit() override;

 private:
  using Change = std::function<void(LossyCheckpoint&)>;
  void note(Change change) { pending_.push_back(std::move(change)); }

  std::unique_ptr<store::Checkpoint> inner_;
  std::vector<Change> committed_;
  std::vector<Change> pending_;
  std::size_t pending_attempts_ = 0;
  std::size_t committed_attempts_ = 0;
  std::vector<std::string> pending_answers_;
  std::vector<std::string> committed_answers_;
  std::vector<std::string> pending_replies_;
  std::vector<std::string> committed_replies_;
  std::optional<std::size_t> commits_left_;
  bool failed_ = false;
};

}  // namespace sheaf::testing
