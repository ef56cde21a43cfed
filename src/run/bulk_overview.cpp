#include "run/bulk_overview.hpp"

#include <map>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::run {
namespace {

std::string day_and_time(std::int64_t unix_ms) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(unix_ms / 1000));
}

}  // namespace

Expected<std::vector<WaitingJob>> waiting_jobs(store::Checkpoint& store) {
  auto requests = store.open_bulk_requests();
  if (!requests) return std::unexpected(requests.error());
  std::map<store::BulkJobNo, WaitingJob> by_number;
  for (const auto& request : *requests) {
    auto& job = by_number[request.job];
    job.number = request.job;
    ++job.requests;
    job.samples += request.start.samples.size();
    job.reserved += request.start.reserved_cost;
  }
  std::vector<WaitingJob> jobs;
  for (auto& [number, job] : by_number) {
    if (number > 0) {
      auto record = store.read_bulk_job(number);
      if (!record) return std::unexpected(record.error());
      job.job = std::move(*record);
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

std::string waiting_jobs_text(const std::vector<WaitingJob>& jobs) {
  std::string text;
  for (const auto& one : jobs) {
    const auto held = fmt::format("{} requests, {} samples, {} reserved", one.requests, one.samples,
                                  to_display(one.reserved));
    if (one.number == 0) {
      text += fmt::format("{:<10} of none, not sent: {}\n", "bulk job", held);
      continue;
    }
    text += fmt::format("{:<10} {}, {} {}: {}\n", "bulk job", one.number,
                        one.job.id.empty() ? "created or not, begun"
                                           : text::display_safe(one.job.id, 80) + " since",
                        day_and_time(one.job.at_unix_ms), held);
  }
  return text;
}

json::Value waiting_jobs_json(const std::vector<WaitingJob>& jobs) {
  json::Array all;
  for (const auto& one : jobs) {
    all.emplace_back(json::Object{{"job", one.number},
                                  {"id", one.job.id},
                                  {"account", one.job.account},
                                  {"since_unix_ms", one.job.at_unix_ms},
                                  {"requests", static_cast<std::int64_t>(one.requests)},
                                  {"samples", static_cast<std::int64_t>(one.samples)},
                                  {"reserved_usd", json::Number{to_decimal(one.reserved)}}});
  }
  return all;
}

}  // namespace sheaf::run
