#include "llama/log.hpp"

#include <mutex>
#include <string_view>

#include <llama.h>

#include "core/text.hpp"

namespace sheaf::llama {
namespace {

constexpr std::size_t most_bytes = 300;

thread_local LogListener* listener = nullptr;

void hear(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR && listener != nullptr) listener->hear_error(text);
}

bool is_function_name(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

}  // namespace

LogListener::LogListener() : outer_(listener) {
  static std::once_flag once;
  std::call_once(once, [] { llama_log_set(hear, nullptr); });
  listener = this;
}

LogListener::~LogListener() { listener = outer_; }

void LogListener::hear_error(const char* text) {
  if (first_error_.empty()) first_error_ = text;
}

std::string LogListener::first_error() const {
  std::string_view rest = text::trim(first_error_);
  if (const auto end = rest.find(": ");
      end != std::string_view::npos && is_function_name(rest.substr(0, end))) {
    rest.remove_prefix(end + 2);
  }
  constexpr std::string_view said_by_us = "error loading model: ";
  if (rest.starts_with(said_by_us)) rest.remove_prefix(said_by_us.size());
  return text::display_safe(rest, most_bytes);
}

}  // namespace sheaf::llama
