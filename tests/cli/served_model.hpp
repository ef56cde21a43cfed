// A simulated model that `sheaf simulate` serves while a test runs against it.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/process.hpp"

namespace sheaf::testing {

class ServedModel {
 public:
  ServedModel(const std::string& task, const std::string& rows, std::vector<std::string> more = {})
      : server_(command(task, rows, std::move(more))) {
    if (!server_.wait_for("\n")) ADD_FAILURE() << "not served: " << server_.err();
    const auto& line = server_.out();
    const auto at = line.find("http://");
    if (at != std::string::npos) url_ = line.substr(at, line.find_first_of(" \n", at) - at);
  }

  const std::string& url() const { return url_; }
  Running& server() { return server_; }

 private:
  static std::vector<std::string> command(const std::string& task, const std::string& rows,
                                          std::vector<std::string> more) {
    more.insert(more.begin(), {"simulate", task, rows});
    return more;
  }

  Running server_;
  std::string url_;
};

}  // namespace sheaf::testing
