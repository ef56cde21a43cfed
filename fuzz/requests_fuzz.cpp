// Any bytes as a line of a file of requests, and as what came for one.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/json.hpp"
#include "requests/packable.hpp"
#include "requests/packed_body.hpp"
#include "requests/request.hpp"
#include "requests/request_provider.hpp"
#include "requests/result_line.hpp"
#include "require.hpp"
#include "rows/row.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

void check_request(std::string_view bytes) {
  auto fields = json::parse(bytes, {.refuse_duplicate_keys = true});
  if (!fields || fields->object() == nullptr) return;
  const auto request =
      requests::RequestReader().read(rows::Row{1, 1, std::string(bytes), std::move(*fields)});
  if (!request) return require(!request.error().empty());
  const auto read = json::parse(request->text);
  require(read && *read == request->body);
  const auto shared = requests::packable(*request);
  if (!shared) return require(!shared.error().empty());
  const std::array<std::string_view, 2> texts{shared->text, "another"};
  const auto packed = json::parse(
      requests::packed_body(request->text, texts, *requests::make_packed_format(), 4096));
  require(packed && packed->object()->size() == request->body.object()->size());
}

void check_response(std::string_view bytes) {
  const HttpResponse response{200, {}, std::string(bytes)};
  const auto exchange = requests::RequestProvider().read(response, 0);
  const auto* completion = std::get_if<Completion>(&exchange.outcome);
  if (completion == nullptr) return;
  rows::ResultRecord record;
  record.id = "a";
  record.text = completion->text;
  record.usage = completion->usage.value_or(Usage{});
  record.batch = rows::ResultBatch{1, 1, 1};
  const auto line = requests::result_line(record, "m");
  const auto parsed = json::parse(line);
  require(line.find('\n') == line.npos && parsed.has_value());
  const auto* body = parsed->find_path("response.body");
  require(body != nullptr && *body == json::parse(bytes).value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_request(bytes);
  check_response(bytes);
  return 0;
}
