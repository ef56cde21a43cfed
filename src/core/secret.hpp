// A value that must not be seen: API keys and header values taken from the environment.
#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace sheaf {

/// Prints as ***; `reveal` is the only way to the text, for the sender of a request alone.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }
  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  std::string value_;
};

}  // namespace sheaf
