// A request as the simulated model understands it, whatever its wire format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Why a request is refused, in OpenAI's terms; other formats have their own words for the status.
struct Refusal {
  int status = 400;
  std::string message;
  std::string_view type = "invalid_request_error";
  std::string_view code = {};              ///< Empty: null.
  std::string_view param = {};             ///< Empty: null.
  std::optional<Millis> retry_after = {};  ///< When to come again.
  bool never = false;                      ///< Of a limit: coming again is no help.
};

/// What a request asks of the prompt cache.
struct CacheWish {
  /// The end of a part of the prompt, by its place in `CountedPrompt::parts`, up to which the
  /// prompt is to be kept.
  struct Mark {
    std::size_t part = 0;
    std::optional<Time> lifetime;  ///< None: the default.
  };
  std::vector<Mark> marks;       ///< Explicit ones, in the prompt's order.
  bool automatic = false;        ///< One more at the prompt's end.
  std::optional<Time> lifetime;  ///< Of the automatic one.
  std::string key;               ///< Requests with equal keys go to one machine.
};

struct ModelRequest {
  Api api = Api::chat;
  std::string model;
  /// What holds the samples: the last user message, its texts one behind another; for completions
  /// the whole prompt.
  std::string last;
  CountedPrompt prompt;
  std::optional<std::int64_t> max_tokens;  ///< 0: fill the cache and say nothing.
  std::vector<std::string> stops;
  bool stream = false;         ///< The reply comes as server-sent events.
  bool include_usage = false;  ///< The last of them tells the usage.
  CacheWish cache;
};

}  // namespace sheaf::simulate
