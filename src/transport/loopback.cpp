#include "transport/loopback.hpp"

#include <string>

#include <arpa/inet.h>

#include "core/text.hpp"

namespace sheaf::transport {
namespace {

bool is_ipv6_loopback(const std::string& host) {
  in6_addr address{};
  if (inet_pton(AF_INET6, host.c_str(), &address) != 1) return false;
  const auto* bytes = address.s6_addr;
  return IN6_IS_ADDR_LOOPBACK(&address) || (IN6_IS_ADDR_V4MAPPED(&address) && bytes[12] == 127);
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto name = text::fold_ascii(host);
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  in_addr address{};
  if (inet_pton(AF_INET, name.c_str(), &address) == 1) return name.starts_with("127.");
  return is_ipv6_loopback(name);
}

}  // namespace sheaf::transport
