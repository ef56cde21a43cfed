#include "support/fake_server.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace sheaf::testing {
namespace {

using Lines = std::vector<std::pair<int, std::string>>;

HttpResponse ok(const std::string& content, const std::string& finish) {
  const json::Object message{{"role", "assistant"}, {"content", content}};
  const json::Object choice{{"index", 0}, {"message", message}, {"finish_reason", finish}};
  const auto tokens = static_cast<std::int64_t>(content.size() / 4 + 1);
  const json::Object usage{{"prompt_tokens", 100}, {"completion_tokens", tokens}};
  return {200, {}, json::dump(json::Object{{"choices", json::Array{choice}}, {"usage", usage}})};
}

HttpResponse error(int status, const std::string& code) {
  const json::Object body{{"error", json::Object{{"message", code}, {"code", code}}}};
  return {status, {}, json::dump(body)};
}

std::string join(const Lines& lines) {
  std::string text;
  for (const auto& [key, word] : lines) {
    text += key == 0 ? fmt::format("{}\n", word) : fmt::format("A[{}]: {}\n", key, word);
  }
  return text;
}

}  // namespace

std::vector<std::pair<int, std::string>> FakeServer::samples(const std::string& body) {
  std::vector<std::pair<int, std::string>> found;
  const auto parsed = json::parse(body);
  const auto* messages = parsed ? parsed->find("messages") : nullptr;
  if (messages == nullptr || messages->array() == nullptr) return found;
  const auto* content = messages->array()->back().find("content");
  for (const auto line : text::lines(*content->string())) {
    const auto say = line.find(": say ");
    if (say == std::string_view::npos || !line.starts_with("Q")) continue;
    int key = 0;
    for (const char c : line.substr(0, say)) {
      if (c >= '0' && c <= '9') key = key * 10 + (c - '0');
    }
    found.emplace_back(key, std::string(line.substr(say + 6)));
  }
  return found;
}

std::string FakeServer::reply(const Lines& samples) {
  auto lines = samples;
  if (random_.uniform() >= faults_.content || lines.size() < 2) return join(lines);
  const auto at = static_cast<std::ptrdiff_t>(random_.below(lines.size()));
  switch (random_.below(6)) {
    case 0:
      lines.erase(lines.begin() + at);
      return join(lines);
    case 1:
      std::ranges::reverse(lines);
      return join(lines);
    case 2:
      // Right beside the true one, if before it, so that no cut leaves the wrong one alone.
      lines.emplace(random_.below(2) == 0 ? lines.begin() : lines.end(), lines.front().first,
                    "not-" + lines.front().second);
      return join(lines);
    case 3:
      for (auto& [key, word] : lines) --key;
      lines.front().first = static_cast<int>(lines.size()) + 7;
      return join(lines);
    case 4:
      return "Here are the answers.\n" + join(lines);
    default:
      lines.push_back(lines.front());
      return join(lines);
  }
}

VirtualReply FakeServer::broken() {
  switch (random_.below(4)) {
    case 0:
      return {error(429, "rate_limit_exceeded"), Time{2'000}};
    case 1:
      return {error(500, "server_error"), Time{30'000}};
    case 2:
      return {TransportFault{TransportFaultKind::reset, "reset", true}, Time{50'000}};
    default:
      return {HttpResponse{200, {}, "<html>busy</html>"}, Time{20'000}};
  }
}

Time FakeServer::latency() {
  if (faults_.slowest == Time{0}) {
    return Time{200'000 + static_cast<std::int64_t>(random_.below(800'000))};
  }
  constexpr double quickest = 1000;
  const auto range = static_cast<double>(faults_.slowest.count()) / quickest;
  return Time{static_cast<std::int64_t>(quickest * std::pow(range, random_.uniform()))};
}

VirtualReply FakeServer::answer(const HttpRequest& request, Time now) {
  const auto found = samples(request.body);
  std::vector<std::string> words;
  for (const auto& [key, word] : found) words.push_back(word);
  prompts_.push_back(words);
  if (std::ranges::any_of(words, [&](const auto& word) { return faults_.poison.contains(word); })) {
    return {error(faults_.poison_status, "bad_request"), Time{10'000}};
  }
  if (now >= faults_.busy.from && now < faults_.busy.until) {
    if (faults_.busy.status == FakeBusy::silent) return {TransportFault{}, std::chrono::hours(24)};
    return {error(faults_.busy.status, "busy"), Time{2'000}};
  }
  if (random_.uniform() < faults_.transport) return broken();
  for (const auto& word : words) ++served_[word];
  auto text = reply(found);
  const bool cut = faults_.cut > 0 && random_.uniform() < faults_.cut;
  if (cut) text.resize(random_.below(text.size()));
  return {ok(text, cut ? "length" : "stop"), latency()};
}

}  // namespace sheaf::testing
