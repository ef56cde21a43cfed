#include "requests/result_line.hpp"

#include <algorithm>
#include <utility>

#include "core/hash.hpp"
#include "core/json.hpp"
#include "requests/request.hpp"
#include "requests/response.hpp"

namespace sheaf::requests {
namespace {

/// Members that the format wants and nothing came for are empty, so that the same reply always
/// gives the same line.
json::Value completion_of(const rows::ResultRecord& record, const std::string& model,
                          const std::string& digest) {
  json::Object message{{"role", "assistant"}, {"content", record.text}, {"refusal", json::Null()}};
  json::Object choice{{"index", 0},
                      {"message", std::move(message)},
                      {"logprobs", json::Null()},
                      {"finish_reason", "stop"}};
  return json::Object{{"id", "chatcmpl-" + digest},
                      {"object", "chat.completion"},
                      {"created", 0},
                      {"model", model},
                      {"choices", json::Array{std::move(choice)}},
                      {"usage", usage_object(record.usage)}};
}

void set_member(json::Value& object, std::string_view name, json::Value value) {
  auto& members = *object.object();
  const auto found = std::ranges::find(members, name, &json::Member::first);
  if (found == members.end()) {
    members.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

/// What came, with what it took over all its prompts where that is more than this one tells.
std::string passed_on(const rows::ResultRecord& record) {
  auto body = json::parse(member_text(record.text, "body"));
  if (!body || usage_of(*body).value_or(Usage{}) == record.usage) return record.text;
  set_member(*body, "usage", usage_object(record.usage));
  auto response = json::parse(record.text);
  set_member(*response, "body", std::move(*body));
  return json::dump(*response);
}

std::string response_of(const rows::ResultRecord& record, const std::string& model,
                        const std::string& digest) {
  const bool alone = record.batch && record.batch->size == 1;
  if (alone && !record.text.empty()) return passed_on(record);
  if (record.error) return "null";
  return json::dump(json::Object{
      {"status_code", 200}, {"request_id", ""}, {"body", completion_of(record, model, digest)}});
}

std::string error_of(const rows::ResultRecord& record) {
  json::Object error{{"code", record.error->reason}, {"message", record.error->detail}};
  if (record.usage != Usage{}) error.emplace_back("usage", usage_object(record.usage));
  return json::dump(error);
}

}  // namespace

bool is_packed(const rows::ResultRecord& record) {
  return !record.error && record.batch && record.batch->size > 1;
}

std::string result_line(const rows::ResultRecord& record, const std::string& model) {
  const auto digest = to_hex(hash128(record.id));
  const auto response = response_of(record, model, digest);
  std::string line = R"({"id":"batch_req_)" + digest + R"(","custom_id":)";
  json::append_string(line, record.id);
  line += R"(,"response":)" + response + R"(,"error":)";
  line += response == "null" ? error_of(record) : "null";
  return line + '}';
}

}  // namespace sheaf::requests
