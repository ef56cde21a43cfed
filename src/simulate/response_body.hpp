// The JSON that the simulated model sends, in OpenAI's shapes. It says "simulated" everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/usage.hpp>

#include "core/exchange.hpp"
#include "simulate/request_reader.hpp"

namespace sheaf::simulate {

inline constexpr std::string_view model_name = "simulated";

struct CompletionBody {
  Api api = Api::chat;
  std::uint64_t number = 0;  ///< Of the reply, for its id.
  std::string_view text;
  bool cut = false;
  Usage usage;
};

/// `created` is always 0: the simulated model knows no calendar.
std::string completion_body(const CompletionBody& completion);
/// The same as server-sent events: the role (chat), each of the pieces that `text` is cut into, the
/// finish reason, the usage where it is asked for, `[DONE]`.
std::vector<std::string> completion_events(const CompletionBody& completion,
                                           std::span<const std::string_view> pieces,
                                           bool include_usage);
std::string error_body(const Refusal& refusal);
std::string models_body();
/// A page as proxies send them.
std::string html_page();

}  // namespace sheaf::simulate
