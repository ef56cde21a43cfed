#include "simulate/bulk_visit.hpp"

#include <charconv>

#include <fmt/format.h>

namespace sheaf::simulate {

std::optional<std::string> query_member(std::string_view url, std::string_view name) {
  const auto question = url.find('?');
  if (question == url.npos) return std::nullopt;
  auto query = url.substr(question + 1);
  while (!query.empty()) {
    const auto member = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(member.size() + 1, query.size()));
    const auto equals = member.find('=');
    if (equals != member.npos && member.substr(0, equals) == name) {
      return std::string(member.substr(equals + 1));
    }
  }
  return std::nullopt;
}

std::expected<std::size_t, Refusal> query_limit(std::string_view url, std::size_t usual,
                                                std::size_t most) {
  const auto text = query_member(url, "limit");
  if (!text) return usual;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool whole = error == std::errc{} && end == text->data() + text->size();
  if (whole && limit >= 1 && limit <= most) return limit;
  return std::unexpected(Refusal{.message = fmt::format("limit: write a number from 1 to {}", most),
                                 .param = "limit"});
}

Refusal no_such(std::string_view what) {
  return {.status = 404, .message = fmt::format("no such {}", what)};
}

}  // namespace sheaf::simulate
