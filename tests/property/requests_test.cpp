// Files of requests, whatever they hold: nothing is lost, nothing doubled, nobody's words mixed.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "hostile_text.hpp"
#include "requests/packed_body.hpp"
#include "requests/request.hpp"
#include "requests/request_format.hpp"
#include "requests/request_source.hpp"

namespace sheaf::requests {
namespace {

std::string valid_text() { return text::replace_invalid_utf8(*hostile::text(6)); }

json::Value message(std::string_view role, std::string text) {
  return json::Object{{"role", role}, {"content", std::move(text)}};
}

/// A body out of few values, so that many are of one group.
json::Value arbitrary_body() {
  json::Array messages;
  if (*rc::gen::arbitrary<bool>()) {
    messages.push_back(message("system", *rc::gen::element<std::string>("a", "b")));
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    messages.push_back(message("user", valid_text()));
    messages.push_back(message("assistant", valid_text()));
  }
  messages.push_back(message("user", valid_text()));
  json::Object body{{"model", "m"}, {"messages", std::move(messages)}};
  for (const std::string name : {"user", "seed", "max_tokens", "tools", "stop", "new"}) {
    if (*rc::gen::inRange(0, 4) == 0) body.emplace_back(name, *rc::gen::inRange(1, 3));
  }
  return body;
}

json::Value without_last_text(const std::string& bytes) {
  auto body = json::parse(bytes).value();
  for (auto& [name, value] : *body.object()) {
    if (name == "messages") value.array()->back() = message("user", "");
  }
  return body;
}

/// Rows that a test made.
class MadeRows final : public rows::RowSource {
 public:
  explicit MadeRows(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  Expected<std::optional<rows::RowOrBad>> next() override {
    if (at_ == lines_.size()) return std::nullopt;
    const auto number = static_cast<std::int64_t>(at_ + 1);
    const auto& line = lines_[at_++];
    return rows::Row{number, number, line, json::parse(line).value()};
  }
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }

 private:
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  std::vector<std::string> columns_;
  std::string name_ = "made";
};

std::string column_of(const rows::Row& row, std::string_view name) {
  return *row.fields.find(name)->string();
}

RC_GTEST_PROP(Requests, EachComesOutOnceAndGroupsDifferInTheLastTextAlone, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 24);
  std::vector<std::string> lines;
  std::vector<std::string> ids;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(fmt::format("id-{}", *rc::gen::inRange(0, 40)));
    bodies.push_back(json::dump(arbitrary_body()));
    lines.push_back(fmt::format(
        R"({{"body": {}, "custom_id":"{}","method":"POST","url":"/v1/chat/completions"}})",
        bodies.back(), ids.back()));
  }
  const auto source = request_rows(std::make_unique<MadeRows>(lines));
  std::set<std::string> seen;
  std::map<std::string, std::string> body_of_group;
  for (std::size_t i = 0; i < count; ++i) {
    const auto next = source->next().value();
    RC_ASSERT(next.has_value());
    if (const auto* bad = std::get_if<rows::BadRow>(&*next)) {
      RC_ASSERT(seen.contains(ids[i]));
      RC_ASSERT(bad->raw == lines[i]);
      continue;
    }
    const auto& row = std::get<rows::Row>(*next);
    RC_ASSERT(column_of(row, column::id) == ids[i]);
    RC_ASSERT(column_of(row, column::body) == bodies[i]);
    RC_ASSERT(seen.insert(ids[i]).second);
    const auto [other, is_new] = body_of_group.emplace(column_of(row, column::group), bodies[i]);
    RC_ASSERT(is_new || without_last_text(other->second) == without_last_text(bodies[i]));
    RC_ASSERT(is_new || !column_of(row, column::text).empty());
  }
  RC_ASSERT(!source->next().value().has_value());
}

RC_GTEST_PROP(Requests, AMembersTextIsItsValue, ()) {
  json::Object object;
  const auto count = *rc::gen::inRange<std::size_t>(1, 6);
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = fmt::format("{}-{}", valid_text(), i);
    object.emplace_back(name,
                        *rc::gen::arbitrary<bool>() ? arbitrary_body() : json::Value(valid_text()));
  }
  const auto text = json::dump(object);
  for (const auto& [name, value] : object) {
    RC_ASSERT(std::string(member_text(text, name)) == json::dump(value));
  }
}

RC_GTEST_PROP(Requests, EachGetsTheReplyUnderItsKey, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(2, 8);
  const auto packed = make_packed_format();
  std::vector<format::SampleText> samples;
  std::vector<std::string> keyed;
  for (std::size_t i = 0; i < size; ++i) {
    const auto body = json::Object{{"model", "m"},
                                   {"messages", json::Array{message("user", valid_text() + "?")}}};
    const auto* said = body.back().second.find_path("0.content")->string();
    samples.push_back(
        {{{"Path", "/chat/completions"}, {"Body", json::dump(body)}, {"Text", *said}}});
    keyed.push_back(fmt::format("Reply[{}]: {}", i + 1, hostile::nonce(i)));
  }
  const auto format = make_request_format({});
  const auto sent = format->contexts(samples, format::Keys::indexed);
  RC_ASSERT(json::parse(sent.substr(sent.find(' ') + 1)).has_value());
  std::ranges::rotate(keyed,
                      keyed.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(keyed)));
  std::string reply;
  for (const auto& line : keyed) reply += line + "\n";
  const json::Value choice =
      json::Object{{"message", message("assistant", reply)}, {"finish_reason", "stop"}};
  const auto response =
      json::dump(json::Object{{"status_code", 200},
                              {"request_id", ""},
                              {"body", json::Object{{"choices", json::Array{choice}}}}});
  const auto decoded =
      format->decode({.text = response, .keys = format::Keys::indexed, .samples = samples});
  RC_ASSERT(decoded.answers.size() == size);
  for (std::size_t i = 0; i < size; ++i) {
    RC_ASSERT(decoded.answers[i].status == format::KeyStatus::ok);
    RC_ASSERT(decoded.answers[i].text == hostile::nonce(i));
  }
}

}  // namespace
}  // namespace sheaf::requests
