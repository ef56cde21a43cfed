// What the loop thread does: commands in, attempts out. Single-threaded; knows no mailbox.
#pragma once

#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "dispatch/dispatcher.hpp"

namespace sheaf::dispatch {

struct Submit {
  std::vector<Job> jobs;
};
struct PermitRetry {
  JobId job = 0;
};
struct Cancel {
  JobId job = 0;
};
using Command = std::variant<Submit, PermitRetry, Cancel>;

class SendLoop {
 public:
  SendLoop(transport::Transport& transport, SchedulerOptions options, Wire wire)
      : transport_(transport), scheduler_(std::move(options)), wire_(std::move(wire)) {}

  void execute(Command command, Time now);
  std::vector<JobId> drop_waiting();
  /// Starts what may start and cuts off what is overdue.
  void start(Time now);
  /// How long the network may run before `start` has something new.
  Millis pause(Time now) const;
  /// Reads what the transport finished.
  std::vector<AttemptEnd> finish(std::vector<transport::FinishedTransfer> finished, Time now);
  Dispatch::State state() const;

 private:
  enum class Cut { no, cancelled, overdue };
  struct Flight {
    Start start;
    Time began{0};
    Cut cut = Cut::no;
  };

  void cut(JobId job, Cut why);
  AttemptEnd read(Flight flight, TransferResult result, Time now);

  transport::Transport& transport_;
  Scheduler scheduler_;
  Wire wire_;
  std::unordered_map<JobId, HttpRequest> requests_;
  std::unordered_map<transport::TransferId, Flight> flights_;
  std::unordered_map<JobId, transport::TransferId> transfer_of_;
  transport::TransferId next_transfer_ = 1;
};

}  // namespace sheaf::dispatch
