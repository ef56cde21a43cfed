// Any bytes as a line of a bulk job's results and as the body of every reply about bulk jobs, and
// what each provider makes of it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/json.hpp"
#include "core/text.hpp"
#include "provider/bulk.hpp"
#include "provider/provider.hpp"
#include "require.hpp"
#include "require_usage.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

struct Parts {
  explicit Parts(Api api) {
    ModelSpec model;
    model.api = api;
    provider = provider::make_provider(std::move(model));
    bulk = provider::make_bulk("", api, *provider).value();
  }
  std::unique_ptr<provider::Provider> provider;
  std::unique_ptr<provider::Bulk> bulk;
};

void check(const Fault& fault) {
  require(!fault.reason.empty() && !fault.detail.empty());
  require(text::display_safe(fault.detail, fault.detail.size()) == fault.detail);
  fuzz::require_possible(fault.usage);
}

void check(const provider::BulkStatus& job) {
  require(!job.id.empty() && !job.word.empty());
  require(job.created >= 0 && job.failed >= 0 && job.failed <= job.done);
  require(!job.refusal || (job.is_over && job.results.empty() && !job.refusal->maybe_billed));
  require(!job.is_queue_full || job.refusal);
  if (job.refusal) check(*job.refusal);
}

void check_line(const provider::Bulk& bulk, std::string_view line) {
  const auto read = bulk.read_result(line, 0);
  if (!read) return;
  require(!read->custom_id.empty() && json::parse(line).has_value());
  if (const auto* fault = std::get_if<Fault>(&read->exchange.outcome)) {
    check(*fault);
    require(fault->reason != "expired" || !fault->maybe_billed);
    return;
  }
  const auto& completion = std::get<Completion>(read->exchange.outcome);
  require(!text::find_invalid_utf8(completion.text));
  fuzz::require_possible(completion.usage);
}

void check_replies(const provider::Bulk& bulk, const HttpResponse& response) {
  if (const auto job = bulk.read_status(response, 0)) {
    check(*job);
  } else {
    check(job.error());
  }
  if (const auto page = bulk.read_list(response, 0)) {
    for (const auto& job : page->jobs) check(job);
    require(page->next.empty() || page->next == page->jobs.back().id);
  } else {
    check(page.error());
  }
  if (const auto upload = bulk.read_upload(response, 0)) {
    require(!upload->empty());
  } else {
    check(upload.error());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array all{Parts(Api::chat), Parts(Api::completions), Parts(Api::responses),
                              Parts(Api::messages)};
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const auto& parts : all) {
    check_line(*parts.bulk, body);
    for (const int status : {200, 404}) check_replies(*parts.bulk, {status, {}, body});
  }
  return 0;
}
