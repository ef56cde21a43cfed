#include "api/via.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulk/bulk_dispatch.hpp"
#include "bulk/split_dispatch.hpp"
#include "catalog/model.hpp"
#include "core/hash.hpp"
#include "provider/bulk.hpp"
#include "run/ways.hpp"

namespace sheaf::api {
namespace {

/// Results of a whole job come as one body.
constexpr std::size_t most_result_bytes = std::size_t{1} << 30;

std::string new_nonce() {
  std::random_device device;
  const auto half = [&] { return static_cast<std::uint32_t>(device()); };
  return fmt::format("{:08x}{:08x}", half(), half());
}

/// What that way costs. A task's own price is taken for whichever way it is run by.
Expected<std::optional<PriceList>> price_by(const task::Task& task, catalog::Via via) {
  if (auto price = run::price_of(task, via)) return price;
  if (!task.price || task.has_own_price || !task.at_its_provider) return task.price;
  return fail(ErrorCode::usage,
              fmt::format("--via {}: no such price is known of {}, so it may have no such way; use "
                          "--via live, or add the price to a file for --models",
                          name_of(via), task.known->name));
}

Expected<void> end_all(store::Checkpoint& store,
                       const std::vector<store::OpenBulkRequest>& requests, std::string_view reason,
                       bool maybe_billed) {
  for (const auto& request : requests) {
    store::AttemptEnd end;
    end.fault_reason = reason;
    end.maybe_billed = maybe_billed;
    if (auto done = store.end_attempt(request.attempt, end); !done) return done;
  }
  return store.commit();
}

/// What bulk jobs hold.
Expected<std::vector<store::OpenBulkRequest>> requests_left(const BulkConnection& with) {
  auto all = with.store.open_bulk_requests();
  if (!all) return std::unexpected(all.error());
  std::vector<store::OpenBulkRequest> in_jobs;
  std::vector<store::OpenBulkRequest> unsent;
  for (auto& request : *all) (request.job == 0 ? unsent : in_jobs).push_back(std::move(request));
  if (auto done = end_all(with.store, unsent, "not-sent", false); !done) {
    return std::unexpected(done.error());
  }
  if (in_jobs.empty() || (!with.is_simulated && !with.options.abandon_bulk)) return in_jobs;
  const bool maybe_billed = !with.is_simulated;
  if (auto done = end_all(with.store, in_jobs, "abandoned", maybe_billed); !done) {
    return std::unexpected(done.error());
  }
  if (with.options.observer != nullptr) {
    with.options.observer->notice(
        Severity::warning,
        fmt::format("{} requests in bulk jobs {}: their rows are asked again", in_jobs.size(),
                    with.is_simulated ? "went with the simulated model of the process that sent "
                                        "them"
                                      : "are given up, and count at their worst case"));
  }
  return std::vector<store::OpenBulkRequest>{};
}

transport::Options transport_options(const RunOptions& options) {
  transport::Options transport;
  // A whole job's lines go up, and its results come down: that takes as long as it takes, unless
  // nothing moves.
  transport.timeouts = {options.timeouts.connect, options.timeouts.stall, Millis{0}};
  transport.max_response_bytes = most_result_bytes;
  return transport;
}

bool has_flex(const task::Task& task) { return task.provider == "openai" || task.provider.empty(); }

}  // namespace

bool can_be_sent(const task::Task& task, std::string_view via) {
  if (via == name_of(catalog::Via::flex)) return has_flex(task);
  if (via != name_of(catalog::Via::bulk)) return true;
  const auto provider = provider::make_provider(task.model);
  return task.endpoints.size() <= 1 &&
         provider::make_bulk(task.provider, task.model.api, *provider).has_value();
}

bool waits_for_bulk_jobs(const std::string& checkpoint_path) {
  const auto store = store::open_sqlite(checkpoint_path, store::Access::read_only);
  if (!store) return false;
  const auto open = (*store)->open_bulk_requests();
  return open && std::ranges::any_of(*open, [](const auto& request) { return request.job > 0; });
}

Expected<void> apply_via(task::Task& task, const RunOptions& options) {
  if (options.via != Via::flex) return {};
  if (!has_flex(task)) {
    return fail(ErrorCode::usage,
                fmt::format("--via flex: not supported of {} yet; use --via live", task.provider));
  }
  auto price = price_by(task, catalog::Via::flex);
  if (!price) return std::unexpected(price.error());
  task.price = std::move(*price);
  task.model.service_tier = "flex";
  return {};
}

Expected<run::BulkSending> connect_bulk(const BulkConnection& with,
                                        std::unique_ptr<dispatch::Dispatch>& live) {
  run::BulkSending sending;
  auto left = requests_left(with);
  if (!left) return std::unexpected(left.error());
  const auto& options = with.options;
  const bool is_asked_for = options.via == Via::bulk;
  if (!is_asked_for && left->empty()) return sending;
  const auto& task = with.task;
  auto api = provider::make_bulk(task.provider, task.model.api, with.provider);
  if (!api) return fail(ErrorCode::usage, fmt::format("--via bulk: {}", api.error()));
  if (task.endpoints.size() > 1) {
    return fail(ErrorCode::usage,
                "--via bulk: the jobs of a run are one account's; name one endpoint");
  }
  auto price = price_by(task, catalog::Via::bulk);
  if (!price) return std::unexpected(price.error());
  auto transport = with.make_transport(transport_options(options));
  if (!transport) return std::unexpected(transport.error());
  bulk::BulkParts parts{
      .transport = std::move(*transport),
      .api = std::move(*api),
      .store = with.store,
      .address =
          [endpoint = with.endpoint](HttpRequest request) {
            return provider::address(std::move(request), endpoint);
          },
      .hide = [endpoint =
                   with.endpoint](Fault& fault) { provider::hide_secrets(fault, {&endpoint, 1}); },
      .account = with.endpoint.base_url,
      .run = task::request_identity(task).substr(0, 16),
      .nonce = new_nonce,
      .unix_ms = with.unix_ms,
      .now = [clock = live.get()] { return clock->now(); },
      .notice =
          [observer = options.observer](Severity severity, const auto& text) {
            if (observer != nullptr) observer->notice(severity, text);
          }};
  bulk::BulkOptions bulk_options;
  bulk_options.most_tokens = options.most_bulk_tokens;
  auto dispatch = std::make_unique<bulk::BulkDispatch>(std::move(parts), bulk_options);
  if (auto done = dispatch->resume(*left); !done) return std::unexpected(done.error());
  live = std::make_unique<bulk::SplitDispatch>(std::move(live), std::move(dispatch));
  sending.first_asks = is_asked_for;
  sending.follow_ups = is_asked_for && options.repairs == Via::bulk;
  sending.waits = options.wait_for_bulk;
  sending.most_requests = static_cast<std::size_t>(options.most_bulk_requests);
  sending.price = std::move(*price);
  sending.left = std::move(*left);
  return sending;
}

}  // namespace sheaf::api
