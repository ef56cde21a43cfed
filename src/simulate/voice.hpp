// A recorded solution as the simulated model says it: its last line "A: 18" gives the value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sheaf::simulate {

inline constexpr std::string_view voice_label = "A:";

struct VoiceParts {
  std::string_view body;                  ///< Without the last line, if that gives the value.
  std::optional<std::string_view> value;  ///< What stands behind `A:` in the last line.
};

/// The text with LF for CR and CRLF, trimmed.
std::string voice_text(std::string_view text);
/// `text` as voice_text gives it.
VoiceParts split_voice(std::string_view text);

}  // namespace sheaf::simulate
