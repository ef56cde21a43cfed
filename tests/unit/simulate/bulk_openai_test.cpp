// The simulated Batch API of OpenAI.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "bulk_lab.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::seconds;

SimulateOptions delayed(std::int64_t ms = 10'000) {
  SimulateOptions options;
  options.bulk_delay_ms = ms;
  return options;
}

std::string status(const json::Value& batch) { return text_at(batch, "status"); }

TEST(OpenAiBulk, AFileIsKeptAsItCameAndDeleted) {
  BulkLab bulk;
  const std::string content = "{\"a\":1}\r\n--edg\n\n\x01 e\n";
  const auto file = body_of(bulk.upload(content));
  const auto url = "/v1/files/" + text_at(file, "id");
  EXPECT_EQ(text_at(file, "object"), "file");
  EXPECT_EQ(text_at(file, "purpose"), "batch");
  EXPECT_EQ(text_at(file, "filename"), "in.jsonl");
  EXPECT_EQ(number_at(file, "bytes"), std::ssize(content));
  EXPECT_EQ(number_at(file, "created_at"), 1'000'000'000);
  EXPECT_EQ(bulk.send("GET", url + "/content").body, content);
  EXPECT_EQ(bulk.get(url), file);
  EXPECT_EQ(bulk.get("/v1/files").find("data")->array()->size(), 1u);
  EXPECT_TRUE(*bulk.told("DELETE", url).find("deleted")->boolean());
  EXPECT_EQ(bulk.send("GET", url).status, 404);
}

TEST(OpenAiBulk, WhatIsNoFormIsRefused) {
  BulkLab bulk;
  EXPECT_EQ(bulk.send("POST", "/v1/files", "{}").status, 400);
  EXPECT_EQ(bulk.send("POST", "/v1/files", "--edge--\r\n",
                      {{"Content-Type", "multipart/form-data; boundary=edge"}})
                .status,
            400);
  EXPECT_EQ(bulk.upload("x", "").status, 400);
}

TEST(OpenAiBulk, AJobIsAnsweredWhenItIsDueAndNotBefore) {
  BulkLab bulk(delayed());
  const auto made = bulk.create(bulk.openai_lines(10));
  EXPECT_EQ(status(made), "validating");
  EXPECT_EQ(number_at(made, "expires_at"), 1'000'086'400);
  bulk.lab.now = Millis(9999);
  const auto waiting = bulk.batch(made);
  EXPECT_EQ(status(waiting), "in_progress");
  EXPECT_EQ(text_at(waiting, "output_file_id"), "");
  EXPECT_EQ(number_at(waiting, "request_counts.total"), 10);
  EXPECT_EQ(bulk.lab.count("asked"), 0);
  bulk.lab.now = seconds(10);
  const auto done = bulk.batch(made);
  EXPECT_EQ(status(done), "completed");
  EXPECT_EQ(number_at(done, "completed_at"), 1'000'000'010);
  EXPECT_EQ(number_at(done, "request_counts.completed"), 10);
  EXPECT_EQ(number_at(done, "request_counts.failed"), 0);
  EXPECT_EQ(text_at(done, "error_file_id"), "");
  EXPECT_EQ(bulk.lab.count("asked"), 20);
  EXPECT_EQ(bulk.lab.count("bulk.succeeded"), 10);
}

TEST(OpenAiBulk, EveryLineHasItsOwnAnswerInAnotherOrder) {
  for (const std::string format : {"chat", "responses"}) {
    BulkLab bulk;
    const auto made = bulk.create(bulk.openai_lines(20, format), format_named(format).url);
    const auto results = bulk.results(text_at(bulk.batch(made), "output_file_id"));
    ASSERT_EQ(results.size(), 20u);
    std::vector<std::string> order;
    std::int64_t tokens = 0;
    for (const auto& [id, line] : results) {
      order.push_back(id);
      const auto text = text_at(line, "response.body." + format_named(format).text_path);
      EXPECT_TRUE(answers_line(text, std::stoul(id.substr(1)))) << id << text;
      EXPECT_EQ(number_at(line, "response.status_code"), 200);
      EXPECT_TRUE(line.find("error")->is_null());
      tokens += number_at(line, "response.body." + format_named(format).input_path);
    }
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20u);
    std::vector<std::string> written;
    for (int i = 0; i < 20; ++i) written.push_back("c" + std::to_string(i));
    EXPECT_NE(order, written);
    EXPECT_EQ(number_at(bulk.batch(made), "usage.input_tokens"), tokens);
    EXPECT_EQ(bulk.lab.count("tokens.input"), tokens);
  }
}

TEST(OpenAiBulk, ErrorsAndExpiryStandInAFileOfTheirOwn) {
  SimulateOptions options;
  options.bulk_errors = 0.3;
  options.bulk_expired = 0.3;
  BulkLab bulk(options);
  const auto done = bulk.batch(bulk.create(bulk.openai_lines(20)));
  EXPECT_EQ(status(done), "expired") << "some lines are";
  const auto good = bulk.results(text_at(done, "output_file_id"));
  const auto bad = bulk.results(text_at(done, "error_file_id"));
  EXPECT_EQ(good.size() + bad.size(), 20u);
  EXPECT_EQ(std::ssize(good), number_at(done, "request_counts.completed"));
  EXPECT_EQ(std::ssize(bad), number_at(done, "request_counts.failed"));
  std::int64_t expired = 0;
  std::int64_t erred = 0;
  for (const auto& [id, line] : bad) {
    if (line.find("response")->is_null()) {
      EXPECT_EQ(text_at(line, "error.code"), "batch_expired");
      ++expired;
    } else {
      EXPECT_EQ(number_at(line, "response.status_code"), 500);
      EXPECT_EQ(text_at(line, "response.body.error.type"), "server_error");
      ++erred;
    }
  }
  EXPECT_EQ(bulk.lab.count("bulk.expired"), expired);
  EXPECT_EQ(bulk.lab.count("bulk.errored"), erred);
  EXPECT_GT(expired, 0);
  EXPECT_GT(erred, 0);
  EXPECT_EQ(bulk.lab.count("asked"), 2 * std::ssize(good));
}

TEST(OpenAiBulk, ALineThatIsNotUnderstoodFailsAlone) {
  BulkLab bulk;
  const json::Object stranger{
      {"model", "m"},
      {"messages", json::Array{json::Object{{"role", "user"}, {"content", "Who are you?"}}}}};
  const auto done = bulk.batch(bulk.create(bulk.openai_lines(3) + bulk.openai_line("s", stranger)));
  EXPECT_EQ(status(done), "completed");
  const auto bad = bulk.results(text_at(done, "error_file_id"));
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad.front().first, "s");
  EXPECT_EQ(number_at(bad.front().second, "response.status_code"), 400);
}

TEST(OpenAiBulk, AFileThatCannotBeABatchFailsItAndSaysWhichLine) {
  BulkLab bulk;
  const auto body = bulk.params("chat", 0);
  const auto good = bulk.openai_line("a", body);
  const std::vector<std::pair<std::string, std::string>> bad{
      {good, "duplicate_custom_id"},
      {bulk.openai_line("b", with(body, "model", "other")), "mismatched_model"},
      {bulk.openai_line("b", body, "/v1/responses"), "invalid_url"},
      {bulk.openai_line("b", with(body, "stream", true)), "invalid_request"},
      {"{\n", "invalid_json_line"},
      {R"({"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}})",
       "missing_required_parameter"},
      {R"({"custom_id":"b","method":"GET","url":"/v1/chat/completions","body":{"model":"m"}})",
       "invalid_method"}};
  for (const auto& [line, code] : bad) {
    SCOPED_TRACE(code);
    const auto made = bulk.create(good + line);
    EXPECT_EQ(status(made), "validating");
    const auto failed = bulk.batch(made);
    EXPECT_EQ(status(failed), "failed");
    EXPECT_EQ(text_at(failed, "errors.data.0.code"), code);
    EXPECT_EQ(number_at(failed, "errors.data.0.line"), 2);
    EXPECT_EQ(number_at(failed, "failed_at"), 1'000'000'000);
  }
  EXPECT_EQ(status(bulk.batch(bulk.create(""))), "failed");
  EXPECT_EQ(bulk.lab.count("bulk.jobs"), 0);
}

TEST(OpenAiBulk, MoreLinesThanAFileMayHoldFailIt) {
  BulkLab bulk;
  std::string lines;
  for (int i = 0; i < 50'001; ++i) {
    lines += R"({"custom_id":")" + std::to_string(i) +
             R"(","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}})" + "\n";
  }
  const auto failed = bulk.batch(bulk.create(lines));
  EXPECT_EQ(text_at(failed, "errors.data.0.code"), "too_many_requests");
}

TEST(OpenAiBulk, ARequestThatCannotBeIsRefused) {
  BulkLab bulk;
  const auto good = BulkLab::batch_of(bulk.uploaded(bulk.openai_lines(1)));
  const auto refused = [&](const json::Object& body) {
    return bulk.send("POST", "/v1/batches", json::dump(body)).status == 400;
  };
  EXPECT_FALSE(refused(good));
  EXPECT_TRUE(refused(with(good, "input_file_id", "file-none")));
  EXPECT_TRUE(refused(with(good, "endpoint", "/v1/nothing")));
  EXPECT_TRUE(refused(with(good, "completion_window", "1h")));
  EXPECT_TRUE(refused(with(good, "metadata", json::Object{{"a", 1}})));
  EXPECT_TRUE(refused(with(good, "metadata", json::Object{{"a", std::string(513, 'x')}})));
  const auto other = text_at(body_of(bulk.upload("x", "fine-tune")), "id");
  EXPECT_TRUE(refused(with(good, "input_file_id", other)));
}

TEST(OpenAiBulk, MetadataIsKeptAndListsAreNewestFirst) {
  BulkLab bulk;
  const auto file = bulk.uploaded(bulk.openai_lines(1));
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const json::Object mark{{"run", std::to_string(i)}};
    const auto body = with(BulkLab::batch_of(file), "metadata", mark);
    ids.push_back(text_at(bulk.told("POST", "/v1/batches", json::dump(body)), "id"));
  }
  EXPECT_NE(ids[0], ids[1]) << "creating is not idempotent";
  const auto page = bulk.get("/v1/batches?limit=2");
  EXPECT_EQ(text_at(page, "data.0.id"), ids[2]);
  EXPECT_EQ(text_at(page, "data.0.metadata.run"), "2");
  EXPECT_EQ(text_at(page, "last_id"), ids[1]);
  EXPECT_TRUE(*page.find("has_more")->boolean());
  const auto rest = bulk.get("/v1/batches?after=" + ids[1] + "&limit=100");
  EXPECT_EQ(text_at(rest, "data.0.id"), ids[0]);
  EXPECT_FALSE(*rest.find("has_more")->boolean());
  EXPECT_EQ(bulk.send("GET", "/v1/batches?limit=0").status, 400);
  EXPECT_EQ(bulk.send("GET", "/v1/batches?after=none").status, 400);
}

TEST(OpenAiBulk, ACancelledJobKeepsWhatWasDone) {
  BulkLab bulk(delayed());
  const auto made = bulk.create(bulk.openai_lines(20));
  const auto cancel = "/v1/batches/" + text_at(made, "id") + "/cancel";
  bulk.lab.now = seconds(5);
  EXPECT_EQ(status(bulk.told("POST", cancel)), "cancelling");
  const auto done = bulk.batch(made);
  EXPECT_EQ(status(done), "cancelled");
  EXPECT_EQ(number_at(done, "request_counts.completed"), 10);
  const auto bad = bulk.results(text_at(done, "error_file_id"));
  EXPECT_EQ(bad.size(), 10u);
  EXPECT_EQ(text_at(bad.front().second, "error.code"), "batch_cancelled");
  EXPECT_EQ(bulk.send("POST", cancel).status, 409);
  EXPECT_EQ(bulk.lab.count("asked"), 20);
}

TEST(OpenAiBulk, AJobMayBeAcceptedAlthoughTheConnectionBreaks) {
  SimulateOptions options;
  options.bulk_accept_then_drop = 1;
  BulkLab bulk(options);
  const auto file = bulk.uploaded(bulk.openai_lines(1));
  const auto reply = bulk.send("POST", "/v1/batches", json::dump(BulkLab::batch_of(file)));
  EXPECT_EQ(reply.delivery, Delivery::nothing);
  EXPECT_EQ(bulk.get("/v1/batches").find("data")->array()->size(), 1u);
  EXPECT_EQ(bulk.lab.count("bulk.jobs"), 1);
}

TEST(OpenAiBulk, AsksForTheKey) {
  SimulateOptions options;
  options.key = "right";
  BulkLab bulk(options);
  EXPECT_EQ(bulk.send("GET", "/v1/batches").status, 401);
  EXPECT_EQ(bulk.send("GET", "/v1/batches", {}, {{"Authorization", "Bearer right"}}).status, 200);
}

}  // namespace
}  // namespace sheaf::simulate
