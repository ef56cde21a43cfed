// Which wire format an address speaks.
#pragma once

#include <optional>
#include <string_view>

#include <sheaf/simulate.hpp>

#include "simulate/wire.hpp"

namespace sheaf::simulate {

/// An address that takes requests for the model.
struct Address {
  const Wire& wire;
  bool vectors = false;  ///< It gives vectors, not replies.
};

/// `path` (without a query) below `/v1`, `/v1beta`, Azure's `/openai/v1` or
/// `/openai/deployments/NAME`: `/chat/completions`, `/completions`, `/responses`, `/embeddings`,
/// `/messages`, `/models/NAME:generateContent`.
std::optional<Address> find_address(std::string_view path, SimulatedDialect dialect);

/// What follows the part of a path that tells the version or the deployment; empty where there is
/// none.
std::string_view below_version(std::string_view path);

/// The format that answers where nothing tells which: OpenAI's chat completions.
const Wire& default_wire(SimulatedDialect dialect);

}  // namespace sheaf::simulate
