// What llama.cpp says of its work, which it would print to standard error.
#pragma once

#include <string>

namespace sheaf::llama {

/// Listens to llama.cpp on the thread that makes it, as long as it lives; others on the same thread
/// wait in the meantime. From the first one on, llama.cpp prints nothing in this process; what no
/// one listens to is dropped.
class LogListener {
 public:
  LogListener();
  ~LogListener();
  LogListener(const LogListener&) = delete;
  LogListener& operator=(const LogListener&) = delete;

  /// The first error, which is the most exact one, as one line of printable UTF-8 of at most 300
  /// bytes, without the name of llama.cpp's function in front; empty when there was none.
  std::string first_error() const;

  /// For llama.cpp's callback.
  void hear_error(const char* text);

 private:
  LogListener* outer_;
  std::string first_error_;
};

}  // namespace sheaf::llama
