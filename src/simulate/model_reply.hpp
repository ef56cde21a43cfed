// A reply of the simulated model, before any wire format.
#pragma once

#include <cstdint>
#include <string_view>

#include <sheaf/usage.hpp>

#include "core/exchange.hpp"

namespace sheaf::simulate {

inline constexpr std::string_view model_name = "simulated";

/// How a reply ended.
enum class Ended {
  by_itself,
  at_stop,     ///< A stop sequence stood there.
  at_cap,      ///< The cap of the request, or of the model.
  at_context,  ///< Prompt and reply fill the context.
  blocked,     ///< The provider lets no answer out.
};

struct ModelReply {
  Api api = Api::chat;
  std::uint64_t number = 0;  ///< For its id.
  std::string_view text;
  Ended ended = Ended::by_itself;
  std::string_view stop = {};  ///< The sequence that ended it.
  Usage usage;
  /// Those of the written tokens whose cache lives an hour or longer.
  std::int64_t long_write_tokens = 0;
};

}  // namespace sheaf::simulate
