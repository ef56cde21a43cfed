#include "support/run_witness.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include <gtest/gtest.h>

#include "core/text.hpp"
#include "support/fake_server.hpp"

namespace sheaf::testing {
namespace {

constexpr Time minute{60'000'000};
/// A poisoned sample is refused once in each size from 16 to 1, and that counts nothing.
constexpr int most_free_requests = 5;

const std::string& text_of(const json::Value& result, std::string_view path) {
  static const std::string none;
  const auto* value = result.find_path(path);
  return value != nullptr && value->string() != nullptr ? *value->string() : none;
}

std::int64_t output_cap(const std::string& body) {
  const auto parsed = json::parse(body);
  const auto* cap = parsed ? parsed->find("max_tokens") : nullptr;
  return cap != nullptr ? cap->integer().value_or(0) : 0;
}

/// The batches of all rows, where nothing was asked before: by group, in order of rows.
std::set<std::vector<std::string>> first_round(const std::vector<WordRow>& rows, bool isolate,
                                               std::size_t size) {
  std::map<std::string, std::vector<std::string>> open;
  std::set<std::vector<std::string>> batches;
  for (const auto& row : rows) {
    auto& batch = open[isolate ? row.group : ""];
    batch.push_back(row.word);
    if (batch.size() == size) batches.insert(std::exchange(batch, {}));
  }
  for (auto& [group, batch] : open) batches.insert(std::move(batch));
  return batches;
}

/// The batches of an arranged first round: those of a run in which all goes well.
std::set<std::vector<std::string>> calm_round(const std::vector<WordRow>& rows,
                                              const VirtualRunSettings& settings) {
  VirtualRunSettings calm;
  calm.batch_size = settings.batch_size;
  calm.grouping = settings.grouping;
  calm.isolate = settings.isolate;
  calm.options.grouping_seed = settings.options.grouping_seed;
  const auto store = store::make_memory();
  const auto prompts = virtual_run(rows, calm, *store).prompts;
  return {prompts.begin(), prompts.end()};
}

bool is_refused(const SentRequest& sent) { return sent.settled_tokens == 0; }

}  // namespace

RunWitness::RunWitness(std::vector<WordRow> rows) : rows_(std::move(rows)) {
  for (const auto& row : rows_) {
    word_of_[row.id] = row.word;
    group_of_[row.word] = row.group;
  }
}

void RunWitness::begin_call(LossyCheckpoint& store, VirtualRunSettings& settings,
                            std::set<std::size_t> stop_at) {
  store_ = &store;
  settings_ = &settings;
  stop_.emplace();
  stop_at_ = std::move(stop_at);
  events_ = 0;
  answers_seen_ = replies_seen_ = 0;
  began_attempts_ = store.committed_attempts();
  if (++calls_ == 1) {
    const auto& faults = settings.faults;
    is_honest_ = faults.content == 0 && faults.cut == 0;
    is_clean_ = is_honest_ && faults.transport == 0 && faults.poison_status < 500;
    const auto size = static_cast<std::size_t>(settings.batch_size);
    firsts_ = settings.grouping == "sequential" ? first_round(rows_, settings.isolate, size)
                                                : calm_round(rows_, settings);
  }
  lines_.clear();
  last_.clear();
  jobs_.clear();
  settings.stop = &*stop_;
  settings.on_sent = [this](const std::vector<SentRequest>& sent) { sees_request(sent); };
  settings.on_result = [this](const json::Value& result) { sees_line(result); };
  store.on_commit = [this] { sees_commit(); };
}

void RunWitness::end_call(const VirtualRunResult& result) {
  for (const auto& one : result.sent) {
    earlier_.push_back({one.job,
                        one.at + settings_->began,
                        one.endpoint,
                        one.reserved_tokens,
                        {},
                        one.settled_tokens});
  }
  if (result.summary.stopped) return;
  EXPECT_EQ(lines_.size(), rows_.size()) << "conservation";
}

void RunWitness::sees_event() {
  if (!stop_at_.contains(events_++)) return;
  const bool is_term = events_ % 2 == 0;
  stop_->request(is_term ? StopSignal::Kind::terminated : StopSignal::Kind::interrupted);
}

void RunWitness::sees_commit() {
  sees_event();
  const auto& answers = store_->committed_answers();
  for (; answers_seen_ < answers.size(); ++answers_seen_) bought_.insert(answers[answers_seen_]);
  const auto& replies = store_->committed_replies();
  for (; is_honest_ && replies_seen_ < replies.size(); ++replies_seen_) {
    for (const auto line : text::lines(replies[replies_seen_])) {
      bought_.emplace(line.substr(line.rfind(' ') + 1));
    }
  }
  check_budget();
}

void RunWitness::check_budget() {
  const auto& options = settings_->options;
  if (!options.max_requests && !options.max_cost_usd) return;
  const auto spent = store_->spending();
  ASSERT_TRUE(spent);
  if (options.max_requests) {
    EXPECT_LE(spent->requests, *options.max_requests) << "budget";
  }
  if (options.max_cost_usd) {
    EXPECT_LE(static_cast<double>(spent->cost.picos), *options.max_cost_usd * 1e12) << "budget";
  }
}

void RunWitness::sees_request(const std::vector<SentRequest>& sent) {
  sees_event();
  const auto& request = sent.back();
  bodies_.push_back(request.body);
  std::vector<std::string> words;
  std::set<std::string> groups;
  for (const auto& [key, word] : FakeServer::samples(request.body)) {
    EXPECT_FALSE(bought_.contains(word)) << "never pay twice: " << word;
    groups.insert(group_of_.at(word));
    words.push_back(word);
  }
  if (settings_->isolate) {
    EXPECT_EQ(groups.size(), 1u) << "containment: groups share a prompt";
  }
  if (jobs_.insert(request.job).second) {
    check_first_round(words);
    check_follow_up(words, output_cap(request.body));
  }
  check_attempts(sent);
  check_budget();
  check_windows(sent);
}

/// Refusals for now wait without an attempt of their own and without using up a retry.
void RunWitness::check_attempts(const std::vector<SentRequest>& sent) {
  const auto refused = std::ranges::count_if(sent, is_refused);
  EXPECT_LE(sent.size() - static_cast<std::size_t>(refused),
            store_->committed_attempts() - began_attempts_)
      << "limits: a request left that the checkpoint does not know";
  const auto of_job = std::ranges::count_if(
      sent, [&](const SentRequest& one) { return one.job == sent.back().job && !is_refused(one); });
  EXPECT_LE(of_job, 1 + settings_->options.max_retries) << "termination: retries";
  const auto in_flight = std::ranges::count_if(
      sent, [](const SentRequest& one) { return !one.settled_tokens.has_value(); });
  EXPECT_LE(in_flight, settings_->concurrency) << "limits: in flight";
}

void RunWitness::check_first_round(const std::vector<std::string>& words) {
  const auto is_new = [this](const std::string& word) { return !asked_.contains(word); };
  if (calls_ == 1 && std::ranges::all_of(words, is_new)) {
    EXPECT_TRUE(firsts_.contains(words)) << "determinism: a first prompt depends on a reply";
  }
  asked_.insert(words.begin(), words.end());
}

void RunWitness::check_follow_up(const std::vector<std::string>& words, std::int64_t cap) {
  const int most = settings_->options.max_requests_per_sample +
                   (settings_->faults.poison.empty() ? 0 : most_free_requests);
  for (const auto& word : words) {
    auto& last = last_[word];
    const bool is_smaller = words.size() <= std::max<std::size_t>(1, last.size / 2);
    const bool has_room = words.size() <= last.size && cap > last.cap;
    EXPECT_TRUE(last.times == 0 || is_smaller || has_room) << "termination: " << word;
    last = {words.size(), cap, last.times + 1};
    EXPECT_LE(last.times, most) << "termination: " << word;
  }
}

/// Of an earlier call, what was refused for now is not known to the checkpoint.
void RunWitness::check_windows(const std::vector<SentRequest>& sent) {
  const auto& last = sent.back();
  const auto now = last.at + settings_->began;
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
  const auto count = [&](const SentRequest& one) {
    if (one.endpoint != last.endpoint) return;
    ++requests;
    tokens += one.settled_tokens.value_or(one.reserved_tokens);
  };
  for (const auto& one : sent | std::views::reverse) {
    if (one.at <= last.at - minute) break;
    count(one);
  }
  for (const auto& one : earlier_ | std::views::reverse) {
    if (one.at <= now - minute) break;
    if (!is_refused(one)) count(one);
  }
  if (settings_->requests_per_minute) {
    EXPECT_LE(requests, *settings_->requests_per_minute) << "limits: requests of a minute";
  }
  if (settings_->tokens_per_minute && tokens > last.reserved_tokens) {
    EXPECT_LE(tokens, *settings_->tokens_per_minute) << "limits: tokens of a minute";
  }
}

void RunWitness::sees_line(const json::Value& result) {
  sees_event();
  const auto& id = text_of(result, "id");
  EXPECT_TRUE(lines_.insert(id).second) << "conservation: " << id << " twice";
  const auto& word = word_of_.at(id);
  if (text_of(result, "status") != "answered") {
    return sees_failure(word, text_of(result, "error.reason"));
  }
  EXPECT_EQ(text_of(result, "answer"), word) << "identity";
  EXPECT_TRUE(bought_.contains(word))
      << "never pay twice: a result whose answer is not durable: " << word;
}

void RunWitness::sees_failure(const std::string& word, const std::string& reason) {
  EXPECT_FALSE(reason.empty()) << "conservation: " << word << " failed without a reason";
  const bool is_refusal = reason == "rejected" || reason == "too-long";
  const bool is_poisoned = settings_->faults.poison.contains(word);
  EXPECT_TRUE(is_poisoned || (!is_refusal && !is_clean_))
      << "containment: " << word << " failed: " << reason;
}

}  // namespace sheaf::testing
