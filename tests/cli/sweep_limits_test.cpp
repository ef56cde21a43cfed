// The limits of an account hold over the whole of a sweep.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <sheaf/eval.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

/// Interrupts when the second cell has been under way for a while.
class Impatient : public Observer {
 public:
  explicit Impatient(StopSignal& stop) : stop_(stop) {}
  void notice(Severity, std::string_view text) override {
    is_second_ = is_second_ || text.starts_with("cell 2 ");
  }
  void progress(const Progress&) override {
    if (is_second_ && ++reports_ == 3) stop_.request(StopSignal::Kind::interrupted);
  }

 private:
  StopSignal& stop_;
  bool is_second_ = false;
  int reports_ = 0;
};

TEST(SweepLimits, CountWhatTheCellBeforeHasSentInTheSameMinute) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  StopSignal stop;
  Impatient observer(stop);
  SweepOptions options;
  options.run.rows = folder.write("rows.jsonl", small_rows(6));
  options.run.observer = &observer;
  options.run.stop = &stop;
  options.folder = folder / "sweep";
  options.batch_sizes = {2};
  TaskOverrides overrides;
  overrides.requests_per_minute = 6;
  const auto report = sweep(task, overrides, options);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->stopped) << "as many requests as a minute allows had left already";
  EXPECT_EQ(report->stopped->code, ErrorCode::interrupted);
  const auto cells = *json::parse(report->json)->find("cells")->array();
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].find("answered")->integer(), 6);
  EXPECT_EQ(cells[1].find("answered")->integer(), 0);
}

}  // namespace
}  // namespace sheaf::testing
