// Which requests may share a prompt: those whose bodies differ in the last user message alone, and
// hold nothing whose meaning would change. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/json.hpp"
#include "requests/request.hpp"

namespace sheaf::requests {

struct Packable {
  std::string text;   ///< The last user message.
  std::string group;  ///< Equal where all else in the bodies is; the order of members aside.
};

/// The error is why the request goes alone, in a few words ("tools", "n other than 1",
/// "/embeddings"), display-safe.
std::expected<Packable, std::string> packable(const Request& request);

/// The cap on output tokens that a body names; nullopt without one.
std::optional<std::int64_t> output_cap(const json::Value& body);

/// The most output tokens that a body may be billed for, where a reply without a cap has
/// `uncapped`: of all the choices that it asks for.
std::int64_t most_output(const json::Value& body, std::int64_t uncapped);

/// Why what the request may cost cannot be told from its tokens (pictures, searches, a priority,
/// another address); nullopt where it can.
std::optional<std::string> unbounded(const Request& request);

}  // namespace sheaf::requests
