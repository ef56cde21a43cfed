// A provider's account of bulk jobs in memory, in the wire forms of both providers, for one client
// in virtual time: just enough of it to be asked, and to fail where a test says so.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "transport/transport.hpp"

namespace sheaf::bulk {

enum class Form { openai, anthropic };

/// What a request to the account is for.
enum class Ask { upload, create, look, list, results };

/// In place of the account's own reply, once.
struct Failure {
  TransferResult result;
  bool is_served = false;  ///< Yet the account did what it was asked for.
};

/// A reply of that status, with an error of that code in both forms.
inline TransferResult refused(int status, const std::string& code = "server_error") {
  return HttpResponse{status,
                      {},
                      fmt::format(R"({{"type":"error","error":{{"type":"{0}","code":"{0}",)"
                                  R"("message":"it says {0}"}}}})",
                                  code)};
}

/// Nobody knows what became of the request.
inline TransferResult cut_off() { return TransportFault{TransportFaultKind::reset, "cut", true}; }

struct AccountJob {
  std::string id;
  std::string nonce;                    ///< As OpenAI keeps it.
  std::vector<std::string> custom_ids;  ///< Of its lines.
  Time created{0};
  Time takes{1'000'000};   ///< Until it is over.
  std::string error;       ///< It was refused as a whole for this (OpenAI).
  bool tells_all = false;  ///< Its counts say that every request was completed.
  std::map<std::string, std::string> results = {};  ///< In place of the usual line of an id.
  std::string more = {};                            ///< Behind the results, as it is.
};

class Account {
 public:
  static constexpr std::int64_t epoch_s = 1'700'000'000;

  explicit Account(Form form) : form_(form) {}

  HttpResponse answer(const HttpRequest& request, Ask ask, Time now) {
    switch (ask) {
      case Ask::upload:
        files_.push_back(request.body);
        return ok(fmt::format(R"({{"id":"file-{}"}})", files_.size()));
      case Ask::create:
        return create(request, now);
      case Ask::look:
        return look(id_in(request.url), now);
      case Ask::list:
        return list(request.url, now);
      case Ask::results:
        return results(request.url);
    }
    return {};
  }

  /// Somebody else's, or an earlier one of ours, as the newest.
  AccountJob& add(AccountJob job) {
    if (job.id.empty()) job.id = fmt::format("other-{}", jobs.size() + 1);
    jobs.push_front(std::move(job));
    return jobs.front();
  }

  Ask ask_of(const HttpRequest& request) const {
    const std::string_view url = request.url;
    if (request.method == "POST") return url.ends_with("/files") ? Ask::upload : Ask::create;
    if (url.ends_with("/content") || url.ends_with("/results")) return Ask::results;
    return url.find("?limit") != url.npos ? Ask::list : Ask::look;
  }

  std::deque<AccountJob> jobs;              ///< The newest first.
  std::function<void(AccountJob&)> on_new;  ///< Told of a job as it is created.
  std::size_t page_size = 100;
  bool repeats_page = false;  ///< Whatever page of the list is asked for.
  std::size_t uploads() const { return files_.size(); }

 private:
  static HttpResponse ok(std::string body) { return {200, {}, std::move(body)}; }
  bool is_openai() const { return form_ == Form::openai; }

  HttpResponse create(const HttpRequest& request, Time now) {
    AccountJob job;
    job.id = fmt::format("job-{}", ++created_);
    job.created = now;
    auto text = request.body;
    if (is_openai()) {
      const auto body = json::parse(request.body).value();
      job.nonce = *body.find_path("metadata.nonce")->string();
      text = files_.at(std::stoul(body.find("input_file_id")->string()->substr(5)) - 1);
    }
    const std::string mark = R"("custom_id":")";
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
      at += mark.size();
      job.custom_ids.push_back(text.substr(at, text.find('"', at) - at));
    }
    if (on_new) on_new(job);
    return ok(shown(add(std::move(job)), now));
  }

  static std::string id_in(std::string_view url) {
    return std::string(url.substr(url.rfind('/') + 1));
  }

  HttpResponse look(const std::string& id, Time now) const {
    for (const auto& job : jobs) {
      if (job.id == id) return ok(shown(job, now));
    }
    return std::get<HttpResponse>(refused(404, "not_found_error"));
  }

  HttpResponse list(const std::string& url, Time now) const {
    const auto mark = url.find(is_openai() ? "&after=" : "&after_id=");
    const auto after =
        mark == url.npos || repeats_page ? std::string() : url.substr(url.find('=', mark) + 1);
    std::string items;
    std::size_t count = 0;
    bool is_behind = after.empty();
    bool has_more = false;
    for (const auto& job : jobs) {
      if (is_behind && count == page_size) has_more = true;
      if (is_behind && count < page_size) {
        items += (count++ == 0 ? "" : ",") + shown(job, now);
      }
      is_behind = is_behind || job.id == after;
    }
    return ok(fmt::format(R"({{"data":[{}],"has_more":{}}})", items, has_more));
  }

  HttpResponse results(std::string_view url) const {
    url = url.substr(0, url.rfind('/'));
    const auto id = id_in(url);
    for (const auto& job : jobs) {
      if (id == job.id || id == "out-" + job.id) return ok(lines_of(job));
    }
    return std::get<HttpResponse>(refused(404, "not_found_error"));
  }

 public:
  /// A usual line: the id's own answer.
  std::string completed(const std::string& id) const {
    if (is_openai()) {
      return fmt::format(
          R"({{"custom_id":"{0}","response":{{"status_code":200,"body":{{"choices":[{{"message":)"
          R"({{"content":"answer of {0}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":10,)"
          R"("completion_tokens":2}}}}}},"error":null}})",
          id);
    }
    return fmt::format(
        R"({{"custom_id":"{0}","result":{{"type":"succeeded","message":{{"type":"message",)"
        R"("content":[{{"type":"text","text":"answer of {0}"}}],"stop_reason":"end_turn",)"
        R"("usage":{{"input_tokens":10,"output_tokens":2}}}}}}}})",
        id);
  }
  /// Nobody came to it.
  std::string expired(const std::string& id) const {
    if (is_openai()) {
      return fmt::format(
          R"({{"custom_id":"{}","response":null,"error":{{"code":"batch_expired"}}}})", id);
    }
    return fmt::format(R"({{"custom_id":"{}","result":{{"type":"expired"}}}})", id);
  }
  /// The model refused it.
  std::string errored(const std::string& id) const {
    const std::string error =
        R"({"type":"error","error":{"type":"invalid_request_error","message":"bad"}})";
    if (is_openai()) {
      return fmt::format(R"({{"custom_id":"{}","response":{{"status_code":400,"body":{}}}}})", id,
                         error);
    }
    return fmt::format(R"({{"custom_id":"{}","result":{{"type":"errored","error":{}}}}})", id,
                       error);
  }

 private:
  std::string lines_of(const AccountJob& job) const {
    std::string text;
    for (const auto& id : job.custom_ids) {
      const auto own = job.results.find(id);
      const auto line = own == job.results.end() ? completed(id) : own->second;
      if (!line.empty()) text += line + "\n";
    }
    return text + job.more;
  }

  std::string shown(const AccountJob& job, Time now) const {
    const bool is_over = now >= job.created + job.takes;
    const auto created_s = epoch_s + job.created.count() / 1'000'000;
    const auto count = job.custom_ids.size();
    if (is_openai()) {
      const bool failed = is_over && !job.error.empty();
      return fmt::format(
          R"({{"id":"{}","status":"{}","created_at":{},"metadata":{{"sheaf":"bulk","nonce":"{}"}},)"
          R"("request_counts":{{"total":{},"completed":{},"failed":0}},)"
          R"("output_file_id":{},"errors":{{"data":[{}]}}}})",
          job.id,
          failed    ? "failed"
          : is_over ? "completed"
                    : "in_progress",
          created_s, job.nonce, count, is_over && job.tells_all ? count : 0,
          is_over && !failed ? "\"out-" + job.id + "\"" : "null",
          failed ? fmt::format(R"({{"code":"{}","message":"as a whole"}})", job.error) : "");
    }
    return fmt::format(
        R"({{"id":"{}","processing_status":"{}","created_at":"{:%Y-%m-%dT%H:%M:%SZ}",)"
        R"("request_counts":{{"processing":{},"succeeded":{}}}}})",
        job.id, is_over ? "ended" : "in_progress", fmt::gmtime(created_s),
        is_over && job.tells_all ? 0 : count, is_over && job.tells_all ? count : 0);
  }

  Form form_;
  std::vector<std::string> files_;
  std::size_t created_ = 0;
};

}  // namespace sheaf::bulk
