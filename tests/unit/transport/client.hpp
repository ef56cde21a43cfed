// A transport and what it reports.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "transport/transport.hpp"

namespace sheaf::transport {

using namespace std::chrono_literals;

inline HttpRequest post(std::string url, std::string body = "{}") {
  return {"POST", std::move(url), {{"Content-Type", "application/json"}}, std::move(body)};
}

class Client {
 public:
  explicit Client(Options options = {}) {
    auto made = make_curl(options);
    if (!made) {
      ADD_FAILURE() << made.error().message;
      std::abort();
    }
    transport = std::move(*made);
  }

  TransferId start(const HttpRequest& request) {
    transport->start(++last_, request);
    return last_;
  }

  TransferResult finish(TransferId id) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!results_.contains(id)) {
      if (std::chrono::steady_clock::now() > give_up) {
        ADD_FAILURE() << "no end of transfer " << id;
        return TransportFault{};
      }
      for (auto& finished : transport->poll(1s)) {
        EXPECT_TRUE(results_.emplace(finished.id, std::move(finished.result)).second);
      }
    }
    return results_.at(id);
  }

  TransferResult send(const HttpRequest& request) { return finish(start(request)); }

  std::unique_ptr<Transport> transport;

 private:
  TransferId last_ = 0;
  std::map<TransferId, TransferResult> results_;
};

inline HttpResponse response_of(const TransferResult& result) {
  if (const auto* fault = std::get_if<TransportFault>(&result)) {
    ADD_FAILURE() << "a fault: " << fault->detail;
    return {};
  }
  return std::get<HttpResponse>(result);
}

inline TransportFault fault_of(const TransferResult& result) {
  if (const auto* response = std::get_if<HttpResponse>(&result)) {
    ADD_FAILURE() << "a response: " << response->status << " " << response->body.substr(0, 100);
    return {TransportFaultKind::cancelled, {}, false};
  }
  return std::get<TransportFault>(result);
}

/// Sets a variable of the environment (nullptr: unsets it) and puts it back at the end.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Variable() { set(before_ ? before_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) {
    if (value == nullptr) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, value, 1);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace sheaf::transport
