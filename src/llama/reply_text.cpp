#include "llama/reply_text.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::llama {

ReplyText::ReplyText(std::vector<std::string> stops) : stops_(std::move(stops)) {
  for (const auto& stop : stops_) longest_ = std::max(longest_, stop.size());
}

bool ReplyText::add(std::string_view piece) {
  const auto from = text_.size() >= longest_ ? text_.size() - longest_ : 0;
  text_ += piece;
  auto end = std::string::npos;
  for (const auto& stop : stops_) end = std::min(end, text_.find(stop, from));
  if (end == std::string::npos) return false;
  text_.resize(end);
  return true;
}

}  // namespace sheaf::llama
