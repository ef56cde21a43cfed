// Sending both ways at once: bulk requests go into bulk jobs, all others leave at once.
#pragma once

#include <memory>
#include <vector>

#include "dispatch/dispatcher.hpp"

namespace sheaf::bulk {

/// Each job goes where its `is_bulk` says; what is said of no job is said to both. Called from one
/// thread.
class SplitDispatch final : public dispatch::Dispatch {
 public:
  SplitDispatch(std::unique_ptr<dispatch::Dispatch> live, std::unique_ptr<dispatch::Dispatch> bulk);

  void submit(std::vector<dispatch::Job> jobs) override;
  void permit_retry(dispatch::JobId job) override { live_->permit_retry(job); }
  void cancel(dispatch::JobId job) override { live_->cancel(job); }
  std::vector<dispatch::JobId> drop_waiting() override;
  void flush() override { bulk_->flush(); }
  void claim(dispatch::JobId job, std::int64_t attempt) override { bulk_->claim(job, attempt); }
  std::vector<dispatch::AttemptEnd> wait(Time wait) override;
  Time now() const override { return live_->now(); }
  State state() const override;

 private:
  std::unique_ptr<dispatch::Dispatch> live_;
  std::unique_ptr<dispatch::Dispatch> bulk_;
};

}  // namespace sheaf::bulk
