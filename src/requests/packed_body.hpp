// Several requests as one: the body of a prompt that asks them all, and its replies' answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "format/batch_format.hpp"

namespace sheaf::requests {

/// The format that last user messages are packed in.
std::unique_ptr<format::BatchFormat> make_packed_format();

/// The last user messages as samples of that format.
format::SampleText packed_sample(std::string_view text);

/// One body that asks all `texts`, in order: `body`'s own, with its instruction and the packed
/// format's contract for the system (or the developer), its turns as exemplars, the texts as the
/// last user message, and its cap for each of them, together no more than `most_output`. All else
/// is as `body` has it. Precondition: the bodies of `texts` are packable with `body`; two texts at
/// least.
std::string packed_body(std::string_view body, std::span<const std::string_view> texts,
                        const format::BatchFormat& format, std::optional<std::int64_t> most_output);

}  // namespace sheaf::requests
