// A recorded solution as the simulated model says it: its last line "A: 18" gives the value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// One of several recorded solutions of a row.
struct Voice {
  bool is_right = false;     ///< What is read from it is the row's gold value.
  std::string_view text;     ///< As voice_text gives it.
  std::string_view value;    ///< Its own value; empty where it does not end in one.
  std::string_view reading;  ///< Where it does not, what is read from it, as JSON.
};

/// Several in one text, for the index.
std::string pack_voices(const std::vector<Voice>& voices);
/// They point into `packed`, which pack_voices made.
std::vector<Voice> unpack_voices(std::string_view packed);

}  // namespace sheaf::simulate
