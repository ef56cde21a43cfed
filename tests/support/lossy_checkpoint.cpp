#include "support/lossy_checkpoint.hpp"

#include <iterator>
#include <utility>

namespace sheaf::testing {

LossyCheckpoint::LossyCheckpoint(const LossyCheckpoint& other) : LossyCheckpoint() {
  for (const auto& change : other.committed_) change(*this);
  static_cast<void>(commit());
}

Expected<std::optional<store::SampleNo>> LossyCheckpoint::find(const Fingerprint& key) {
  return inner_->find(key);
}

Expected<store::SampleNo> LossyCheckpoint::add(const Fingerprint& key,
                                               const std::string& first_id) {
  note([=](auto& to) { static_cast<void>(to.add(key, first_id)); });
  return inner_->add(key, first_id);
}

Expected<store::SampleRecord> LossyCheckpoint::read(store::SampleNo sample) {
  return inner_->read(sample);
}

Expected<void> LossyCheckpoint::write(store::SampleNo sample, const store::SampleRecord& record) {
  note([=](auto& to) { static_cast<void>(to.write(sample, record)); });
  if (record.state == store::SampleState::answered) pending_answers_.push_back(record.text);
  return inner_->write(sample, record);
}

Expected<void> LossyCheckpoint::begin_rows() {
  note([](auto& to) { static_cast<void>(to.begin_rows()); });
  return inner_->begin_rows();
}

Expected<void> LossyCheckpoint::add_row(std::int64_t sequence, const std::string& id,
                                        store::SampleNo sample) {
  note([=](auto& to) { static_cast<void>(to.add_row(sequence, id, sample)); });
  return inner_->add_row(sequence, id, sample);
}

Expected<std::optional<store::SampleNo>> LossyCheckpoint::find_row(const std::string& id) {
  return inner_->find_row(id);
}

Expected<void> LossyCheckpoint::for_each_row(const VisitRow& visit) {
  return inner_->for_each_row(visit);
}

Expected<store::AttemptNo> LossyCheckpoint::begin_attempt(const store::AttemptStart& start) {
  if (full) return fail(ErrorCode::stopped, "the disk is full");
  note([=](auto& to) { static_cast<void>(to.begin_attempt(start)); });
  ++pending_attempts_;
  return inner_->begin_attempt(start);
}

Expected<void> LossyCheckpoint::end_attempt(store::AttemptNo attempt,
                                            const store::AttemptEnd& end) {
  if (full) return fail(ErrorCode::stopped, "the disk is full");
  note([=](auto& to) { static_cast<void>(to.end_attempt(attempt, end)); });
  if (!end.reply.empty()) pending_replies_.push_back(end.reply);
  return inner_->end_attempt(attempt, end);
}

Expected<void> LossyCheckpoint::for_each_attempt(
    const std::function<bool(const store::Attempt&)>& visit) {
  return inner_->for_each_attempt(visit);
}

Expected<store::BulkJobNo> LossyCheckpoint::add_bulk_job(
    const store::BulkJob& job, std::span<const store::AttemptNo> attempts) {
  note([job, all = std::vector(attempts.begin(), attempts.end())](auto& to) {
    static_cast<void>(to.add_bulk_job(job, all));
  });
  return inner_->add_bulk_job(job, attempts);
}

Expected<void> LossyCheckpoint::write_bulk_job(store::BulkJobNo number, const store::BulkJob& job) {
  note([=](auto& to) { static_cast<void>(to.write_bulk_job(number, job)); });
  return inner_->write_bulk_job(number, job);
}

Expected<void> LossyCheckpoint::add_vector(const store::VectorRecord& record) {
  note([=](auto& to) { static_cast<void>(to.add_vector(record)); });
  return inner_->add_vector(record);
}

Expected<void> LossyCheckpoint::for_each_vector(
    const std::function<void(const store::VectorRecord&)>& visit) {
  return inner_->for_each_vector(visit);
}

Expected<store::RecentTokens> LossyCheckpoint::recent_tokens(store::AttemptKind kind,
                                                             std::int64_t since_unix_ms,
                                                             std::int64_t now_unix_ms) {
  return inner_->recent_tokens(kind, since_unix_ms, now_unix_ms);
}

Expected<void> LossyCheckpoint::park(std::int64_t sequence, const std::string& line) {
  note([=](auto& to) { static_cast<void>(to.park(sequence, line)); });
  return inner_->park(sequence, line);
}

Expected<std::optional<std::string>> LossyCheckpoint::unpark(std::int64_t sequence) {
  note([=](auto& to) { static_cast<void>(to.unpark(sequence)); });
  return inner_->unpark(sequence);
}

Expected<std::vector<store::ModelSince>> LossyCheckpoint::models() { return inner_->models(); }

Expected<void> LossyCheckpoint::set_task_mark(const store::TaskMark& mark) {
  note([=](auto& to) { static_cast<void>(to.set_task_mark(mark)); });
  return inner_->set_task_mark(mark);
}

Expected<std::optional<store::OutputMark>> LossyCheckpoint::output_mark() {
  return inner_->output_mark();
}

Expected<void> LossyCheckpoint::set_output_mark(const std::optional<store::OutputMark>& mark) {
  note([=](auto& to) { static_cast<void>(to.set_output_mark(mark)); });
  return inner_->set_output_mark(mark);
}

Expected<std::optional<store::CompletionMark>> LossyCheckpoint::completion_mark() {
  return inner_->completion_mark();
}

Expected<void> LossyCheckpoint::set_completion_mark(
    const std::optional<store::CompletionMark>& mark) {
  note([=](auto& to) { static_cast<void>(to.set_completion_mark(mark)); });
  return inner_->set_completion_mark(mark);
}

Expected<void> LossyCheckpoint::commit() {
  if (commits_left_ && (*commits_left_)-- == 0) failed_ = true;
  if (failed_) {
    commits_left_ = 0;
    return fail(ErrorCode::stopped, "the power failed");
  }
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
  };
  move_all(pending_, committed_);
  move_all(pending_answers_, committed_answers_);
  move_all(pending_replies_, committed_replies_);
  committed_attempts_ += std::exchange(pending_attempts_, 0);
  if (on_commit) on_commit();
  return inner_->commit();
}

}  // namespace sheaf::testing
