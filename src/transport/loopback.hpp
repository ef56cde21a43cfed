// Which hosts are this machine: they are never reached through a proxy.
#pragma once

#include <string_view>

namespace sheaf::transport {

/// localhost, names below it, 127.0.0.0/8 and ::1 (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291,
/// 2.5.3), with or without brackets or a final dot. `host` is a URL's host; its IPv4 numbers are
/// four decimals.
bool is_loopback(std::string_view host);

}  // namespace sheaf::transport
