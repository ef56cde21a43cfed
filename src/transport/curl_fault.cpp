#include "transport/curl_fault.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::transport {
namespace {

struct Meaning {
  TransportFaultKind kind;
  bool maybe_served;
};

Meaning meaning_of(CURLcode code, const Transfer& transfer) {
  using Kind = TransportFaultKind;
  if (transfer.too_large) return {Kind::too_large, true};
  if (transfer.stalled) return {Kind::stall, true};
  curl_off_t connected = 0;
  curl_easy_getinfo(transfer.handle, CURLINFO_PRETRANSFER_TIME_T, &connected);
  const bool left = connected > 0;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::resolve, false};
    case CURLE_COULDNT_CONNECT:
      return {Kind::connect, false};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return {Kind::tls, left};
    case CURLE_OPERATION_TIMEDOUT:
      return left ? Meaning{Kind::attempt_timeout, true} : Meaning{Kind::connect_timeout, false};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {Kind::protocol, false};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {Kind::protocol, left};
    default:
      return {Kind::reset, left};
  }
}

}  // namespace

TransportFault fault_of(CURLcode code, const Transfer& transfer) {
  const auto meaning = meaning_of(code, transfer);
  std::string detail =
      transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
  if (transfer.stalled) {
    detail = fmt::format("no byte for {} ms", transfer.stall.count());
  } else if (transfer.too_large) {
    detail = fmt::format("the response is larger than {} bytes", transfer.max_bytes);
  }
  return {meaning.kind, text::display_safe(detail), meaning.maybe_served};
}

}  // namespace sheaf::transport
