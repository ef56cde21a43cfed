// A file of requests in OpenAI's bulk format, as `sheaf run` answers it.
#include <algorithm>
#include <mutex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "support/fault_server.hpp"
#include "support/request_file.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> run_of(const Folder& folder, const std::string& url,
                                const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{
      "run", folder / "requests.jsonl", "-o", folder / "out.jsonl", "--base-url", url};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// A server that says `reply` to every request, and keeps what it was sent.
class Recorder {
 public:
  explicit Recorder(std::string reply, int status = 200)
      : reply_(std::move(reply)), status_(status) {}

  std::string url() const { return server_.base_url(); }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  bool answer(FaultExchange& exchange) {
    const std::lock_guard lock(mutex_);
    bodies_.emplace_back(exchange.request_body);
    if (status_ == 200) {
      exchange.write_reply(reply_);
    } else {
      exchange.write_raw(fmt::format(
          "HTTP/1.1 {} No\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
          status_, reply_.size(), reply_));
    }
    return true;
  }

  std::string reply_;
  int status_;
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  FaultServer server_{1, [this](FaultExchange& exchange) { return answer(exchange); }};
};

class Requests : public ::testing::Test {
 protected:
  SimulatedServer serve(int count, const std::map<std::string, std::string>& options = {}) {
    folder_.write("requests.jsonl", colour_requests(count));
    return serve_colours(folder_.write("rows.jsonl", colour_rows(count)), options);
  }
  std::vector<BulkResult> results() const { return bulk_results_in(folder_.read("out.jsonl")); }

  const Folder folder_;
};

TEST_F(Requests, ShareTheirPrompts) {
  const auto server = serve(60);
  const auto ended = sheaf(run_of(folder_, server.base_url()));
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_colours(results(), 60);
  expect_usage_of(server, results());
  const auto stats = json::parse(server.stats_json()).value();
  // 42 without a user and 12 of ann's in sixes, and 6 alone.
  EXPECT_EQ(integer_at(stats, "requests"), 7 + 2 + 6);
  EXPECT_THAT(
      ended.err,
      AllOf(HasSubstr("requests: openai/gpt-4o-mini, batch size 6\n"),
            ContainsRegex("in shared prompts +54 +90.0%\n"),
            ContainsRegex("\n  alone +6 +10.0%\n +logprobs +6\n"), Not(HasSubstr("planned")),
            ContainsRegex("\n  requests +15 +60 +4.0x\n"), HasSubstr("one request per row")));
  EXPECT_FALSE(folder_.has("out.jsonl.partial"));
}

TEST_F(Requests, AreAnsweredOnceEachInSpiteOfFaults) {
  for (const auto* const seed : {"1", "2"}) {
    const Folder folder;
    folder.write("requests.jsonl", colour_requests(90));
    const auto server =
        serve_colours(folder.write("rows.jsonl", colour_rows(90)), {{"drop", "0.2"},
                                                                    {"renumber", "0.1"},
                                                                    {"conflict", "0.1"},
                                                                    {"cut", "0.1"},
                                                                    {"http_429", "0.02"},
                                                                    {"http_500", "0.1"},
                                                                    {"http_503", "0.05"},
                                                                    {"seed", seed}});
    const auto ended = sheaf(run_of(folder, server.base_url(), {"-q"}));
    EXPECT_EQ(ended.code, 0) << ended.err;
    const auto results = bulk_results_in(folder.read("out.jsonl"));
    ASSERT_EQ(results.size(), 90U);
    for (int i = 0; i < 90; ++i) {
      EXPECT_EQ(results[static_cast<std::size_t>(i)].custom_id, fmt::format("r-{}", i));
      EXPECT_EQ(results[static_cast<std::size_t>(i)].status, 200);
    }
    expect_usage_of(server, results);
  }
}

TEST_F(Requests, BoughtOnceAreBoughtForGood) {
  const auto server = serve(60);
  const auto stopped = sheaf(run_of(folder_, server.base_url(), {"--max-requests", "5"}));
  EXPECT_EQ(stopped.code, 4) << stopped.err;
  EXPECT_FALSE(folder_.has("out.jsonl"));
  const auto resumed = sheaf(run_of(folder_, server.base_url(), {"--batch-size", "4"}));
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  expect_colours(results(), 60);
  expect_usage_of(server, results());
  EXPECT_EQ(integer_at(json::parse(server.stats_json()).value(), "asked"), 60);
  const auto before = folder_.read("out.jsonl");
  // Requests that join later buy only themselves, whatever their caps are.
  folder_.write("requests.jsonl",
                colour_requests(60) + request_line("r-60", colour_body(1, R"(,"max_tokens":900)")));
  EXPECT_EQ(sheaf(run_of(folder_, server.base_url())).code, 0);
  EXPECT_EQ(integer_at(json::parse(server.stats_json()).value(), "asked"), 61);
  EXPECT_TRUE(folder_.read("out.jsonl").starts_with(before));
}

TEST_F(Requests, AloneReachTheServerByteForByteAndBringWhatCame) {
  constexpr std::string_view reply =
      R"({ "id":"x", "choices":[{"message":{"content":null,"tool_calls":[]},)"
      R"("finish_reason":"tool_calls"}],)"
      R"("usage":{"prompt_tokens":7,"completion_tokens":3,"extra":1.50} })";
  Recorder server{std::string(reply)};
  const std::vector<std::string> bodies{
      R"({ "model" : "m", "tools":[ {"type":"function"} ], "messages":[{"content":"\u00e9\/"}]})",
      R"({"n":2,"messages":[],"model":"m","x":1e400})",
      R"({"model":"m","messages":[{"role":"user","content":"the only one"}],"seed": 7})"};
  std::string lines;
  for (std::size_t i = 0; i < bodies.size(); ++i)
    lines += request_line(std::to_string(i), bodies[i]);
  folder_.write("requests.jsonl", lines);
  const auto ended = sheaf(run_of(folder_, server.url()));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(server.bodies(), ::testing::UnorderedElementsAreArray(bodies));
  const auto out = folder_.read("out.jsonl");
  for (const auto& line : lines_of(out)) {
    EXPECT_THAT(line, HasSubstr(R"("response":{"status_code":200,"request_id":"","body":)" +
                                std::string(reply) + R"(},"error":null})"));
  }
  EXPECT_THAT(ended.err, AllOf(ContainsRegex("\n    x +1\n"), ContainsRegex("\n    tools +1\n"),
                               ContainsRegex("\n    none left to share with, or in doubt +1\n")));
}

TEST_F(Requests, RefusedGiveTheirRefusalAndFailAlone) {
  Recorder server{R"({"error":{"message":"no such parameter","code":"x"}})", 400};
  folder_.write("requests.jsonl", colour_requests(7));
  const auto ended = sheaf(run_of(folder_, server.url()));
  EXPECT_EQ(ended.code, 3) << ended.err;
  const auto results = this->results();
  ASSERT_EQ(results.size(), 7U);
  for (const auto& result : results) {
    EXPECT_EQ(result.status, 400);
    EXPECT_EQ(string_at(result.line, "response.body.error.code"), "x");
    EXPECT_EQ(result.error, "");
  }
}

TEST_F(Requests, WithoutAResponseSayWhy) {
  Recorder server{"{}", 500};
  folder_.write("requests.jsonl", request_line("a", R"({"model":"m","tools":[]})"));
  sheaf(run_of(folder_, server.url(), {"--max-retries", "0"}));
  const auto ended = sheaf(run_of(folder_, server.url(), {"--max-retries", "0"}));
  EXPECT_EQ(ended.code, 3) << ended.err;
  ASSERT_EQ(results().size(), 1U);
  EXPECT_EQ(results().front().error, "server-error");
  EXPECT_TRUE(results().front().line.find("response")->is_null());
}

TEST_F(Requests, OfDifferentPeopleNeverShareAPrompt) {
  Recorder server{R"({"choices":[{"message":{"content":"none"},"finish_reason":"stop"}]})"};
  std::string lines;
  int number = 0;
  for (const std::string member : {"user", "safety_identifier", "seed"}) {
    for (int i = 0; i < 24; ++i) {
      lines += request_line(
          std::to_string(++number),
          fmt::format(R"({{"model":"m","messages":[{{"role":"user","content":)"
                      R"("mark-{1}-{0}."}}],"{1}":{2}}})",
                      i % 3, member,
                      member == "seed" ? std::to_string(i % 3) : fmt::format("\"u{}\"", i % 3)));
    }
  }
  folder_.write("requests.jsonl", lines);
  ASSERT_EQ(sheaf(run_of(folder_, server.url())).code, 0);
  const auto bodies = server.bodies();
  EXPECT_THAT(bodies, Contains(HasSubstr("Request[6]: mark-")));
  for (const auto& body : bodies) {
    std::set<std::string> marks;
    for (auto at = body.find("mark-"); at != body.npos; at = body.find("mark-", at + 1)) {
      marks.insert(body.substr(at, body.find('.', at) - at));
    }
    EXPECT_EQ(marks.size(), 1U) << body;
  }
}

TEST_F(Requests, InDoubtAreAskedAloneAsTheyStand) {
  Recorder server{R"({"choices":[{"message":{"content":"no key"},"finish_reason":"stop"}],)"
                  R"("usage":{"prompt_tokens":10,"completion_tokens":4}})"};
  const auto one = colour_body(1);
  const auto two = colour_body(2);
  folder_.write("requests.jsonl", request_line("1", one) + request_line("2", two));
  ASSERT_EQ(sheaf(run_of(folder_, server.url())).code, 0);
  const auto bodies = server.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_THAT(bodies, AllOf(Contains(one), Contains(two)));
  const auto results = this->results();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].content, "no key");
  // The shared prompt was bought too.
  EXPECT_EQ(results[0].input_tokens + results[1].input_tokens, 30);
  EXPECT_EQ(results[0].output_tokens + results[1].output_tokens, 12);
}

TEST_F(Requests, AtAnAddressThatIsNotThereStopTheRun) {
  Recorder server{R"({"error":{"message":"nothing here"}})", 404};
  folder_.write("requests.jsonl", colour_requests(30));
  const auto ended = sheaf(run_of(folder_, server.url(), {"-q"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("not-found: nothing answers at this address"));
}

TEST_F(Requests, ThatAreEqualAreAskedEachForItself) {
  const auto server = serve(2);
  folder_.write("requests.jsonl", request_line("a", colour_body(1)) +
                                      request_line("b", colour_body(1)) +
                                      request_line("c", colour_body(1)));
  for (int call = 0; call < 2; ++call) {
    ASSERT_EQ(sheaf(run_of(folder_, server.base_url(), {"--order", "completion"})).code, 0);
    EXPECT_EQ(results().size(), 3U);
    EXPECT_EQ(integer_at(json::parse(server.stats_json()).value(), "asked"), 3);
  }
}

TEST_F(Requests, ShareAPromptWhateverTheirCapsAre) {
  const auto server = serve(12);
  std::string lines;
  for (int i = 0; i < 12; ++i) {
    lines += request_line(fmt::format("r-{}", i), colour_body(i, R"(,"max_tokens":9000)"));
  }
  folder_.write("requests.jsonl", lines);
  ASSERT_EQ(sheaf(run_of(folder_, server.base_url())).code, 0);
  expect_colours(results(), 12);
  EXPECT_EQ(integer_at(json::parse(server.stats_json()).value(), "requests"), 2);
}

TEST_F(Requests, StayWithinTheirBudget) {
  const auto server = serve(60);
  const auto ended = sheaf(run_of(folder_, server.base_url(), {"--max-cost", "0.02"}));
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_colours(results(), 60);
  const auto cheap = sheaf(run_of(folder_, server.base_url(), {"--fresh", "--max-cost", "0.005"}));
  // Their caps are the model's own: no request fits.
  EXPECT_EQ(cheap.code, 4) << cheap.err;
}

TEST_F(Requests, GoWithTheKeyToTheAddressOfTheEnvironment) {
  const auto server = serve(6, {{"key", "sk-right"}});
  const std::vector<std::string> command{"run", folder_ / "requests.jsonl", "-o",
                                         folder_ / "out.jsonl"};
  const auto with_key = [&](const std::string& key) {
    return sheaf(command, {.environment = {{"OPENAI_BASE_URL", server.base_url()},
                                           {"OPENAI_API_KEY", key}}});
  };
  const auto refused = with_key("sk-wrong");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("key-refused"), Not(HasSubstr("sk-wrong"))));
  EXPECT_EQ(with_key("sk-right").code, 0);
  expect_colours(results(), 6);
}

TEST_F(Requests, AreAnsweredOnStandardOutput) {
  const auto server = serve(12);
  auto ended = sheaf({"run", folder_ / "requests.jsonl", "-o", "-", "--checkpoint",
                      folder_ / "c.sheaf", "--base-url", server.base_url(), "-q"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_colours(bulk_results_in(ended.out), 12);
}

}  // namespace
}  // namespace sheaf::testing
