#include <stdexcept>
#include <utility>

#include "core/json.hpp"
#include "policies/policy.hpp"
#include "rows/result.hpp"
#include "run/budget.hpp"
#include "run/intake.hpp"
#include "run/ordered_writer.hpp"
#include "run/runner.hpp"
#include "store/checkpoint.hpp"
#include "support/virtual_dispatch.hpp"

namespace sheaf::bench {

Values ask_by_doubt(const Problem& problem, FaultyModel& model) {
  constexpr Time latency{1'000'000};
  Values values(problem.rows());
  const auto source = problem.source();
  run::Intake intake(problem.task(), *source, std::nullopt);
  dispatch::SchedulerOptions network_options;
  network_options.endpoints = {{}};
  network_options.concurrency = problem.task().concurrency;
  testing::VirtualDispatch network(
      network_options,
      [&](const TransferResult& transfer) { return problem.provider().read(transfer, 0); },
      [&](HttpRequest request, Time) {
        request.url = "/v1" + request.url;
        return testing::VirtualReply{model.answer(request), latency};
      });
  const auto store = store::make_memory();
  RunOptions options;
  run::OrderedWriter writer([](std::string_view) -> Expected<void> { return {}; }, *store,
                            options.order, 4096);
  const auto note = [&](const rows::ResultRecord& record) {
    if (!record.error) values[std::stoul(record.id)] = json::dump(record.answer);
    return std::string();
  };
  run::Runner runner({problem.task(),
                      problem.format(),
                      problem.extractor(),
                      problem.provider(),
                      intake,
                      writer,
                      *store,
                      network,
                      note,
                      {},
                      {},
                      [&] { return network.now().count() / 1000; }},
                     options, run::Budget({}, {}));
  const auto summary = runner.run();
  if (summary.stopped) throw std::runtime_error(summary.stopped->message);
  return values;
}

}  // namespace sheaf::bench
