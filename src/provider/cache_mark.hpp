// How the end of a shared prefix is marked for a provider's cache. Source: docs/providers/wire.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::provider {

/// OpenAI's: appends the content of a message as two parts of that type, of which the first, its
/// `static_bytes` first bytes, ends in the breakpoint. One part where there is nothing behind it;
/// no breakpoint where there is nothing before it.
void append_parts(std::string& body, std::string_view part_type, std::string_view text,
                  std::size_t static_bytes, const PromptCache& cache);

/// Whether the content of the last of the messages is written so.
bool has_breakpoint(const Prompt& own, const PromptCache& cache);

/// The members of OpenAI's body that go with it: the key by which its caches are chosen, and with
/// a mark that no other breakpoint is set.
void add_cache_members(json::Object& members, const Prompt& own, const PromptCache& cache);

/// Anthropic's `cache_control`.
json::Value cache_control(const PromptCache& cache);

}  // namespace sheaf::provider
