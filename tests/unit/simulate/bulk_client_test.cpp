// The product's own client of bulk jobs, on both simulated APIs.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bulk_lab.hpp"
#include "provider/bulk.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::seconds;

/// Line i asks the rows 2i and 2i + 1.
class Client {
 public:
  explicit Client(Api api, const SimulateOptions& options = {}) : lab_(options) {
    auto model = lab_.lab.task.model;
    model.api = api;
    provider_ = provider::make_provider(std::move(model));
    bulk_ = provider::make_bulk("simulated", api, *provider_).value();
  }

  HttpResponse send(HttpRequest request) {
    const Endpoint endpoint{"http://127.0.0.1:9/v1", Secret(), KeyHeader::bearer, {}};
    request = provider::address(std::move(request), endpoint);
    request.url.erase(0, std::string("http://127.0.0.1:9").size());
    request.headers.push_back({"Host", "127.0.0.1:9"});
    auto reply = lab_.lab.model->answer(request, lab_.lab.now);
    return {reply.status, std::move(reply.headers), std::move(reply.body)};
  }

  HttpRequest request(std::size_t line) {
    auto& builder = lab_.lab.builder;
    const auto samples = lab_.lab.samples_of({2 * line, 2 * line + 1});
    return provider_->request(builder.build(samples, builder.output_cap(2)));
  }

  /// What a live request for the same brings.
  Completion live(std::size_t line) {
    return std::get<Completion>(provider_->read(send(request(line)), 0).outcome);
  }

  std::string lines(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += bulk_->line("c" + std::to_string(i), request(i)) + "\n";
    }
    return all;
  }

  provider::BulkStatus submit(const std::string& nonce, std::size_t count) {
    auto lines_or_name = lines(count);
    const provider::BulkIntent intent{
        .nonce = nonce, .run = "r", .part = 1, .path = request(0).url, .requests = count};
    if (const auto upload = bulk_->upload(intent, lines_or_name)) {
      lines_or_name = bulk_->read_upload(send(*upload), 0).value();
      uploaded = lines_or_name;
    }
    return bulk_->read_status(send(bulk_->create(intent, lines_or_name)), 0).value();
  }

  provider::BulkStatus look(const std::string& id) {
    return bulk_->read_status(send(bulk_->look(id)), 0).value();
  }

  std::map<std::string, provider::BulkResult> results(const provider::BulkStatus& job) {
    std::map<std::string, provider::BulkResult> found;
    for (const auto& place : job.results) {
      const auto content = send(bulk_->results(place));
      EXPECT_EQ(content.status, 200);
      for (const auto line : text::lines(content.body)) {
        auto result = bulk_->read_result(line, 0);
        EXPECT_TRUE(result) << line;
        if (!result) continue;
        EXPECT_TRUE(found.emplace(result->custom_id, *result).second) << line;
      }
    }
    return found;
  }

  const provider::Bulk& bulk() const { return *bulk_; }
  BulkLab& lab() { return lab_; }
  std::string uploaded;

 private:
  BulkLab lab_;
  std::unique_ptr<provider::Provider> provider_;
  std::unique_ptr<provider::Bulk> bulk_;
};

bool is_unserved(const provider::BulkResult& result) {
  const auto* fault = std::get_if<Fault>(&result.exchange.outcome);
  return fault != nullptr && fault->reason == "expired" && !fault->maybe_billed;
}

class BulkClient : public testing::TestWithParam<Api> {};

TEST_P(BulkClient, AJobIsHandedOverWatchedAndCollected) {
  SimulateOptions options;
  options.bulk_delay_ms = 10'000;
  Client client(GetParam(), options);
  const auto made = client.submit("n1", 10);
  EXPECT_FALSE(made.is_over);
  EXPECT_EQ(made.created, 1'000'000'000);
  client.lab().lab.now = seconds(9);
  const auto waiting = client.look(made.id);
  EXPECT_FALSE(waiting.is_over);
  EXPECT_EQ(waiting.requests, 10);
  EXPECT_EQ(waiting.done, 0);
  client.lab().lab.now = seconds(10);
  const auto done = client.look(made.id);
  EXPECT_TRUE(done.is_over);
  EXPECT_EQ(done.done, 10);
  EXPECT_EQ(done.failed, 0);
  const auto results = client.results(done);
  ASSERT_EQ(results.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& result = results.at("c" + std::to_string(i));
    const auto& completion = std::get<Completion>(result.exchange.outcome);
    EXPECT_TRUE(answers_line(completion.text, i)) << completion.text;
    EXPECT_TRUE(completion.usage);
  }
}

TEST_P(BulkClient, WhatIsCollectedIsWhatALiveRequestBrings) {
  Client bulk(GetParam());
  Client live(GetParam());
  const auto results = bulk.results(bulk.look(bulk.submit("n1", 5).id));
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& got = std::get<Completion>(results.at("c" + std::to_string(i)).exchange.outcome);
    const auto one = live.live(i);
    EXPECT_EQ(got.text, one.text);
    EXPECT_EQ(got.usage->input_tokens, one.usage->input_tokens);
    EXPECT_EQ(got.usage->output_tokens, one.usage->output_tokens);
  }
}

TEST_P(BulkClient, ErrorsAndExpiryAreFaultsOfTheirLines) {
  SimulateOptions options;
  options.bulk_errors = 0.3;
  options.bulk_expired = 0.3;
  Client client(GetParam(), options);
  const auto done = client.look(client.submit("n1", 20).id);
  EXPECT_TRUE(done.is_over);
  EXPECT_EQ(done.requests, 20);
  EXPECT_EQ(done.done, 20);
  std::int64_t failed = 0;
  std::int64_t unserved = 0;
  for (const auto& [id, result] : client.results(done)) {
    const auto* fault = std::get_if<Fault>(&result.exchange.outcome);
    if (fault == nullptr) continue;
    ++failed;
    unserved += is_unserved(result);
    EXPECT_EQ(fault->reason, is_unserved(result) ? "expired" : "server-error");
    EXPECT_EQ(fault->remedy, Remedy::retry);
  }
  EXPECT_EQ(failed, done.failed);
  EXPECT_EQ(unserved, client.lab().lab.count("bulk.expired"));
  EXPECT_GT(unserved, 0);
  EXPECT_GT(failed, unserved);
}

TEST_P(BulkClient, TheRequestsOfACanceledJobAreUnserved) {
  SimulateOptions options;
  options.bulk_delay_ms = 10'000;
  Client client(GetParam(), options);
  const auto made = client.submit("n1", 10);
  client.lab().lab.now = seconds(5);
  auto cancel = client.bulk().look(made.id);
  cancel.method = "POST";
  cancel.url += "/cancel";
  EXPECT_EQ(client.send(cancel).status, 200);
  client.lab().lab.now = seconds(6);
  const auto done = client.look(made.id);
  EXPECT_TRUE(done.is_over);
  const auto results = client.results(done);
  EXPECT_EQ(results.size(), 10u);
  EXPECT_EQ(
      std::ranges::count_if(results, [](const auto& each) { return is_unserved(each.second); }), 5);
}

TEST_P(BulkClient, EveryJobIsFoundInTheList) {
  Client client(GetParam());
  std::vector<std::string> made;
  for (int i = 0; i < 205; ++i) made.push_back(client.submit("n" + std::to_string(i), 1).id);
  std::ranges::reverse(made);
  std::vector<std::string> listed;
  std::vector<std::string> nonces;
  std::string page;
  for (int i = 0; i < 3; ++i) {
    const auto read = client.bulk().read_list(client.send(client.bulk().list(page)), 0).value();
    for (const auto& job : read.jobs) {
      listed.push_back(job.id);
      nonces.push_back(job.nonce);
      EXPECT_EQ(job.requests, 1);
    }
    page = read.next;
  }
  EXPECT_EQ(page, "");
  EXPECT_EQ(listed, made);
  const bool keeps = GetParam() != Api::messages;
  EXPECT_EQ(nonces.front(), keeps ? "n204" : "");
  EXPECT_EQ(nonces.back(), keeps ? "n0" : "");
}

TEST_P(BulkClient, AJobThatIsNotThereIsAFault) {
  Client client(GetParam());
  const auto read = client.bulk().read_status(client.send(client.bulk().look("batch_no")), 0);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().status, 404);
}

INSTANTIATE_TEST_SUITE_P(Apis, BulkClient,
                         testing::Values(Api::chat, Api::responses, Api::messages),
                         [](const testing::TestParamInfo<Api>& each) -> std::string {
                           if (each.param == Api::chat) return "chat";
                           return each.param == Api::responses ? "responses" : "messages";
                         });

TEST(OpenAiBulkClient, AJobThatFailsSaysWhichLinesAndWhy) {
  Client client(Api::chat);
  const provider::BulkIntent intent{
      .nonce = "n1", .run = "r", .part = 1, .path = "/chat/completions", .requests = 2};
  const auto lines = client.lines(1) + client.lines(1);
  const auto file = client.bulk().read_upload(client.send(*client.bulk().upload(intent, lines)), 0);
  const auto made = client.bulk().read_status(client.send(client.bulk().create(intent, *file)), 0);
  const auto failed = client.look(made->id);
  EXPECT_TRUE(failed.is_over);
  ASSERT_TRUE(failed.refusal);
  EXPECT_FALSE(failed.is_queue_full);
  EXPECT_TRUE(failed.refusal->detail.starts_with("duplicate_custom_id (line 2): "))
      << failed.refusal->detail;
}

}  // namespace
}  // namespace sheaf::simulate
