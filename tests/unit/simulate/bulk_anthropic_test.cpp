// The simulated Message Batches of Anthropic.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "bulk_lab.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::seconds;

const std::string address = "/v1/messages/batches";

std::string status(const json::Value& batch) { return text_at(batch, "processing_status"); }

TEST(AnthropicBulk, CountsStayAtNothingUntilAllHasEnded) {
  SimulateOptions options;
  options.bulk_delay_ms = 10'000;
  BulkLab bulk(options);
  const auto made = bulk.create_messages(bulk.requests(10));
  const auto url = address + "/" + text_at(made, "id");
  EXPECT_EQ(status(made), "in_progress");
  EXPECT_EQ(text_at(made, "created_at"), "2001-09-09T01:46:40Z");
  EXPECT_EQ(text_at(made, "expires_at"), "2001-09-10T01:46:40Z");
  bulk.lab.now = Millis(9999);
  const auto waiting = bulk.get(url);
  EXPECT_EQ(number_at(waiting, "request_counts.processing"), 10);
  EXPECT_EQ(number_at(waiting, "request_counts.succeeded"), 0);
  EXPECT_EQ(text_at(waiting, "results_url"), "");
  EXPECT_EQ(bulk.send("GET", url + "/results").status, 400);
  bulk.lab.now = seconds(10);
  const auto done = bulk.get(url);
  EXPECT_EQ(status(done), "ended");
  EXPECT_EQ(number_at(done, "request_counts.processing"), 0);
  EXPECT_EQ(number_at(done, "request_counts.succeeded"), 10);
  EXPECT_EQ(text_at(done, "ended_at"), "2001-09-09T01:46:50Z");
  EXPECT_EQ(text_at(done, "results_url"), "http://127.0.0.1:9" + url + "/results");
}

TEST(AnthropicBulk, EveryRequestHasItsOwnResultInAnotherOrder) {
  SimulateOptions options;
  options.bulk_errors = 0.2;
  options.bulk_expired = 0.2;
  BulkLab bulk(options);
  const auto url = address + "/" + text_at(bulk.create_messages(bulk.requests(20)), "id");
  const auto done = bulk.get(url);
  const auto results = BulkLab::lines_of(bulk.send("GET", url + "/results").body);
  std::map<std::string, std::int64_t> counts;
  std::vector<std::string> order;
  for (const auto& [id, line] : results) {
    order.push_back(id);
    const auto type = text_at(line, "result.type");
    ++counts[type];
    if (type == "succeeded") {
      const auto text = text_at(line, "result.message.content.0.text");
      EXPECT_TRUE(answers_line(text, std::stoul(id.substr(1)))) << id << text;
    }
    if (type == "errored") {
      EXPECT_EQ(text_at(line, "result.error.type"), "error");
      EXPECT_EQ(text_at(line, "result.error.error.type"), "api_error");
    }
  }
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20u);
  EXPECT_FALSE(
      std::ranges::is_sorted(order, {}, [](const auto& id) { return std::stoi(id.substr(1)); }));
  for (const std::string type : {"succeeded", "errored", "expired"}) {
    EXPECT_EQ(number_at(done, "request_counts." + type), counts[type]);
    EXPECT_GT(counts[type], 0) << type;
    EXPECT_EQ(bulk.lab.count("bulk." + type), counts[type]);
  }
}

TEST(AnthropicBulk, WhatCannotBeABatchIsRefused) {
  BulkLab bulk;
  const auto one = bulk.requests(1);
  const auto refused = [&](const json::Value& requests) {
    return bulk.post_messages(requests).status == 400;
  };
  const auto params = bulk.params("messages", 0);
  const auto request = [&](const std::string& id, const json::Value& what) {
    return json::Array{json::Object{{"custom_id", id}, {"params", what}}};
  };
  EXPECT_FALSE(refused(one));
  EXPECT_TRUE(refused(json::Array{}));
  EXPECT_TRUE(refused(json::Array{one[0], one[0]})) << "the same custom_id twice";
  EXPECT_TRUE(refused(request("", params)));
  EXPECT_TRUE(refused(request("with.dot", params)));
  EXPECT_FALSE(refused(request(std::string(64, 'x'), params)));
  EXPECT_TRUE(refused(request(std::string(65, 'x'), params)));
  EXPECT_TRUE(refused(request("a", with(params, "stream", true))));
  EXPECT_TRUE(refused(request("a", with(params, "max_tokens", 0))));
  EXPECT_TRUE(refused(request("a", "no object")));
  const auto said =
      text_at(body_of(bulk.post_messages(json::Array{one[0], one[0]})), "error.message");
  EXPECT_NE(said.find("requests.1.custom_id"), std::string::npos);
  EXPECT_EQ(bulk.lab.count("bulk.jobs"), 2);
}

TEST(AnthropicBulk, MoreRequestsThanABatchMayHoldAreRefused) {
  BulkLab bulk;
  std::string body = R"({"requests":[)";
  for (int i = 0; i < 100'001; ++i) {
    body += (i == 0 ? "" : ",") + (R"({"custom_id":")" + std::to_string(i) + R"(","params":{}})");
  }
  EXPECT_EQ(bulk.send("POST", address, body + "]}").status, 400);
}

TEST(AnthropicBulk, WrongParametersShowInTheResultAlone) {
  BulkLab bulk;
  auto requests = bulk.requests(2);
  requests[1] =
      json::Object{{"custom_id", "bad"}, {"params", with(bulk.params("messages", 1), "seed", 1)}};
  const auto url = address + "/" + text_at(bulk.create_messages(requests), "id");
  EXPECT_EQ(number_at(bulk.get(url), "request_counts.errored"), 1);
  for (const auto& [id, line] : BulkLab::lines_of(bulk.send("GET", url + "/results").body)) {
    EXPECT_EQ(text_at(line, "result.type"), id == "bad" ? "errored" : "succeeded");
    if (id != "bad") continue;
    EXPECT_EQ(text_at(line, "result.error.error.type"), "invalid_request_error");
    EXPECT_NE(text_at(line, "result.error.request_id"), "");
  }
}

TEST(AnthropicBulk, TheVersionIsThatOfTheRequestThatCreated) {
  BulkLab bulk;
  json::Array requests{json::Object{
      {"custom_id", "a"}, {"params", with(bulk.params("messages", 0), "temperature", 0)}}};
  const auto body = json::dump(json::Object{{"requests", requests}});
  const auto create = [&](const std::string& version) {
    const std::vector<Header> headers{{"anthropic-version", version}};
    const auto made = bulk.lab.model->answer({"POST", address, headers, body}, bulk.lab.now);
    return bulk.get(address + "/" + text_at(body_of(made), "id"));
  };
  EXPECT_EQ(number_at(create("2023-06-01"), "request_counts.succeeded"), 1);
  EXPECT_EQ(number_at(create("2026-10-21"), "request_counts.errored"), 1);
  EXPECT_EQ(bulk.lab.model->answer({"GET", address, {}, {}}, bulk.lab.now).status, 400);
}

TEST(AnthropicBulk, ListsArePagedNewestFirst) {
  BulkLab bulk;
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(text_at(bulk.create_messages(bulk.requests(1)), "id"));
  }
  const auto first = bulk.get(address + "?limit=2");
  EXPECT_EQ(text_at(first, "first_id"), ids[3]);
  EXPECT_EQ(text_at(first, "last_id"), ids[2]);
  EXPECT_TRUE(*first.find("has_more")->boolean());
  const auto second = bulk.get(address + "?limit=2&after_id=" + ids[2]);
  EXPECT_EQ(text_at(second, "first_id"), ids[1]);
  EXPECT_EQ(text_at(second, "last_id"), ids[0]);
  EXPECT_FALSE(*second.find("has_more")->boolean());
  const auto back = bulk.get(address + "?limit=2&before_id=" + ids[0]);
  EXPECT_EQ(text_at(back, "first_id"), ids[2]);
  EXPECT_EQ(text_at(back, "last_id"), ids[1]);
  EXPECT_TRUE(*back.find("has_more")->boolean());
  EXPECT_EQ(text_at(bulk.get(address + "?before_id=" + ids[3]), "first_id"), "");
}

TEST(AnthropicBulk, ACanceledBatchKeepsWhatWasDoneAndCanBeDeleted) {
  SimulateOptions options;
  options.bulk_delay_ms = 10'000;
  BulkLab bulk(options);
  const auto url = address + "/" + text_at(bulk.create_messages(bulk.requests(20)), "id");
  EXPECT_EQ(bulk.send("DELETE", url).status, 400) << "it has not ended";
  bulk.lab.now = seconds(5);
  const auto canceling = bulk.told("POST", url + "/cancel");
  EXPECT_EQ(status(canceling), "canceling");
  EXPECT_EQ(text_at(canceling, "cancel_initiated_at"), "2001-09-09T01:46:45Z");
  const auto done = bulk.get(url);
  EXPECT_EQ(status(done), "ended");
  EXPECT_EQ(number_at(done, "request_counts.succeeded"), 10);
  EXPECT_EQ(number_at(done, "request_counts.canceled"), 10);
  EXPECT_EQ(text_at(bulk.told("DELETE", url), "type"), "message_batch_deleted");
  EXPECT_EQ(bulk.send("GET", url).status, 404);
}

}  // namespace
}  // namespace sheaf::simulate
