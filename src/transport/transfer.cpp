#include "transport/transfer.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/text.hpp"
#include "transport/loopback.hpp"

namespace sheaf::transport {
namespace {

/// libcurl takes 0 for its own default of 300 s.
constexpr Millis no_timeout = std::chrono::hours(24);

/// libcurl bounds those of a head, and those of trailers not at all.
constexpr std::size_t most_header_bytes = 128u << 10;

constexpr int proxy_wants_credentials = 407;

struct CodeRow {
  CURLcode code;
  TransportFaultKind kind;
};

/// A timeout of libcurl's own can only be that of the connection: we watch the others ourselves.
constexpr std::array code_rows{
    CodeRow{CURLE_COULDNT_RESOLVE_HOST, TransportFaultKind::resolve},
    CodeRow{CURLE_COULDNT_RESOLVE_PROXY, TransportFaultKind::resolve},
    CodeRow{CURLE_COULDNT_CONNECT, TransportFaultKind::connect},
    CodeRow{CURLE_PROXY, TransportFaultKind::connect},
    CodeRow{CURLE_SSL_CONNECT_ERROR, TransportFaultKind::connect},
    CodeRow{CURLE_OPERATION_TIMEDOUT, TransportFaultKind::connect_timeout},
    CodeRow{CURLE_PEER_FAILED_VERIFICATION, TransportFaultKind::tls},
    CodeRow{CURLE_SSL_CERTPROBLEM, TransportFaultKind::tls},
    CodeRow{CURLE_SSL_CIPHER, TransportFaultKind::tls},
    CodeRow{CURLE_SSL_CACERT_BADFILE, TransportFaultKind::tls},
    CodeRow{CURLE_SSL_ISSUER_ERROR, TransportFaultKind::tls},
    CodeRow{CURLE_SSL_INVALIDCERTSTATUS, TransportFaultKind::tls},
    CodeRow{CURLE_SEND_ERROR, TransportFaultKind::reset},
    CodeRow{CURLE_RECV_ERROR, TransportFaultKind::reset},
    CodeRow{CURLE_GOT_NOTHING, TransportFaultKind::reset},
    CodeRow{CURLE_PARTIAL_FILE, TransportFaultKind::reset},
    CodeRow{CURLE_HTTP2, TransportFaultKind::reset},
    CodeRow{CURLE_HTTP2_STREAM, TransportFaultKind::reset},
};

TransportFaultKind kind_of(CURLcode code) {
  const auto* found = std::ranges::find(code_rows, code, &CodeRow::code);
  return found == code_rows.end() ? TransportFaultKind::protocol : found->kind;
}

bool before_connection(TransportFaultKind kind) {
  return kind == TransportFaultKind::resolve || kind == TransportFaultKind::connect ||
         kind == TransportFaultKind::connect_timeout || kind == TransportFaultKind::tls;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

/// The host of a URL as libcurl reads it; empty when it is no URL.
std::string host_of(const std::string& url) {
  CURLU* parsed = curl_url();
  if (parsed == nullptr) return {};
  std::string host;
  char* part = nullptr;
  if (curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
      curl_url_get(parsed, CURLUPART_HOST, &part, 0) == CURLUE_OK) {
    host = part;
    curl_free(part);
  }
  curl_url_cleanup(parsed);
  return host;
}

/// The port on this side; 0 when `socket` is no internet socket.
int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  if (address.ss_family != AF_INET) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

bool same_header(const Header& one, const Header& other) {
  return one.name == other.name && one.value == other.value;
}

}  // namespace

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  if (refused_) return;
  const auto code = curl_easy_setopt(easy_.get(), option, value);
  if (code != CURLE_OK) refuse(curl_easy_strerror(code));
}

Transfer::Transfer(TransferId id, const HttpRequest& request, const Settings& settings,
                   Connections& connections, CURLSH* share, Clock::time_point now)
    : id_(id),
      connections_(&connections),
      max_response_bytes_(settings.max_response_bytes),
      timeouts_(settings.timeouts),
      started_(now),
      last_byte_(now) {
  set_callbacks();
  set_connection(settings, share);
  set_address(request.url);
  set_headers(request.headers);
  set_request(request);
}

void Transfer::restart(TransferId id, const HttpRequest& request, Clock::time_point now) {
  id_ = id;
  begun_ = false;
  repeated_ = false;
  out_of_files_ = false;
  opening_.clear();
  uploaded_ = 0;
  response_ = {};
  header_bytes_ = 0;
  is_interim_ = false;
  is_head_over_ = false;
  error_.front() = 0;
  started_ = now;
  last_byte_ = now;
  if (request.url != url_) set_address(request.url);
  if (!std::ranges::equal(request.headers, header_fields_, same_header)) {
    set_headers(request.headers);
  }
  set_request(request);
}

void Transfer::refuse(std::string detail) {
  refused_ = TransportFault{TransportFaultKind::protocol, std::move(detail), false};
}

void Transfer::set_callbacks() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_PREREQFUNCTION, &Transfer::before_request);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &Transfer::close_socket);
  set(CURLOPT_CLOSESOCKETDATA, connections_);
}

void Transfer::move_to(Connections& connections) {
  connections_ = &connections;
  set(CURLOPT_CLOSESOCKETDATA, connections_);
}

void Transfer::set_address(const std::string& url) {
  url_ = url;
  set(CURLOPT_URL, url.c_str());
  // Over TLS the handshake tells at once whether the others can share this connection. In the clear
  // they would wait for the first reply.
  const bool encrypted = url.starts_with("https:");
  set(CURLOPT_HTTP_VERSION, encrypted ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  set(CURLOPT_PIPEWAIT, encrypted ? 1L : 0L);
  set(CURLOPT_PROXY, is_loopback(host_of(url)) ? "" : static_cast<const char*>(nullptr));
}

void Transfer::set_connection(const Settings& settings, CURLSH* share) {
  set(CURLOPT_SHARE, share);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_USERAGENT, "sheaf");
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  const auto connect = timeouts_.connect > Millis(0) ? timeouts_.connect : no_timeout;
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(connect, no_timeout).count()));
  const auto& authorities = settings.authorities;
  if (!authorities.file.empty()) set(CURLOPT_CAINFO, authorities.file.c_str());
  if (authorities.only_file) set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (!authorities.folder.empty()) set(CURLOPT_CAPATH, authorities.folder.c_str());
}

void Transfer::set_request(const HttpRequest& request) {
  body_ = request.body;
  if (body_.empty() && request.method != "POST") {
    set(CURLOPT_HTTPGET, 1L);
  } else {
    set(CURLOPT_POSTFIELDS, body_.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
  }
  if (request.method == method_) return;
  method_ = request.method;
  set(CURLOPT_CUSTOMREQUEST, method_.c_str());
}

void Transfer::set_headers(const std::vector<Header>& headers) {
  HeaderList list;
  const auto add = [this, &list](const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return refuse("out of memory");
    if (list == nullptr) list.reset(longer);
  };
  add("Expect:");
  for (const auto& [name, value] : headers) {
    if (has_control(name) || has_control(value) || name.find(':') != std::string::npos) {
      return refuse(
          fmt::format("the header {} holds a control character", text::display_safe(name, 60)));
    }
    add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  set(CURLOPT_HTTPHEADER, list.get());
  headers_ = std::move(list);
  header_fields_ = headers;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket < 0) {
    transfer.out_of_files_ = errno == EMFILE || errno == ENFILE;
    return CURL_SOCKET_BAD;
  }
  transfer.opening_.push_back(socket);
  transfer.connections_->opening();
  return socket;
}

/// libcurl tells of the closing of a socket only if its connection has stood.
void Transfer::keep_socket(int local_port) {
  for (const int socket : std::exchange(opening_, {})) {
    if (port_of(socket) != local_port) continue;
    connections_->poller().keep(socket);
    connections_->opened();
  }
}

int Transfer::close_socket(void* connections, curl_socket_t socket) noexcept {
  auto& owner = *static_cast<Connections*>(connections);
  if (owner.poller().forget(socket)) owner.closed();
  return ::close(socket);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count,
                                void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = Clock::now();
  return transfer.take_header({data, size * count}) ? size * count : 0;
}

bool Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > most_header_bytes) {
    too_large_ = fmt::format("headers of more than {} bytes", most_header_bytes);
    return false;
  }
  if (is_head_over_) return true;
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();
    const auto status = line.find(' ');
    is_interim_ = status != std::string_view::npos && line.substr(status + 1).starts_with('1');
  } else if (text::trim(line).empty()) {
    is_head_over_ = !is_interim_;
  } else {
    add_header(line);
  }
  return true;
}

/// A line that begins with a blank goes on with the value before it (RFC 9112, 5.2).
void Transfer::add_header(std::string_view line) {
  const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
  if (is_folded && !response_.headers.empty()) {
    auto& value = response_.headers.back().value;
    const auto more = text::trim(line);
    if (!value.empty() && !more.empty()) value += ' ';
    value += more;
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  response_.headers.push_back(
      {std::string(line.substr(0, colon)), std::string(text::trim(line.substr(colon + 1)))});
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count,
                              void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = Clock::now();
  if (transfer.response_.body.size() + size * count > transfer.max_response_bytes_) {
    transfer.too_large_ = fmt::format("more than {} bytes", transfer.max_response_bytes_);
    return CURL_WRITEFUNC_ERROR;
  }
  transfer.response_.body.append(data, size * count);
  return size * count;
}

int Transfer::before_request(void* self, char*, char*, int, int local_port) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = Clock::now();
  transfer.repeated_ = std::exchange(transfer.begun_, true);
  if (!transfer.opening_.empty()) transfer.keep_socket(local_port);
  if (!transfer.repeated_) transfer.connections_->begun();
  return transfer.repeated_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/// A body on its way up moves without another callback.
int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t,
                          curl_off_t uploaded) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (std::exchange(transfer.uploaded_, uploaded) != uploaded) transfer.last_byte_ = Clock::now();
  return 0;
}

std::optional<TransportFaultKind> Transfer::timed_out(Clock::time_point now) const {
  if (timeouts_.attempt > Millis(0) && now >= started_ + timeouts_.attempt) {
    return TransportFaultKind::attempt_timeout;
  }
  if (timeouts_.stall > Millis(0) && begun_ && now >= last_byte_ + timeouts_.stall) {
    return TransportFaultKind::stall;
  }
  return std::nullopt;
}

std::optional<Clock::time_point> Transfer::next_check(Clock::time_point now) const {
  std::optional<Clock::time_point> at;
  if (timeouts_.attempt > Millis(0)) at = started_ + timeouts_.attempt;
  if (timeouts_.stall > Millis(0)) {
    const auto quiet = (begun_ ? last_byte_ : now) + timeouts_.stall;
    at = std::min(at.value_or(quiet), quiet);
  }
  return at;
}

std::optional<bool> Transfer::heard_http2() const {
  long version = CURL_HTTP_VERSION_NONE;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  if (version == CURL_HTTP_VERSION_NONE) return std::nullopt;
  return version == CURL_HTTP_VERSION_2_0;
}

/// Asked to connect to the server, the proxy asked back who we are.
bool Transfer::is_refused_by_proxy() const {
  long answer = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &answer);
  return answer == proxy_wants_credentials;
}

TransferResult Transfer::finish(CURLcode code) {
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
  }
  if (is_refused_by_proxy()) return HttpResponse{proxy_wants_credentials, {}, {}};
  // libcurl says so of a line of more than 100 KB.
  if (code == CURLE_OUT_OF_MEMORY && begun_) too_large_ = "a header line that cannot be held";
  auto kind = too_large_.empty() ? kind_of(code) : TransportFaultKind::too_large;
  if (repeated_ || (begun_ && before_connection(kind))) kind = TransportFaultKind::reset;
  if (!begun_ && kind == TransportFaultKind::reset) kind = TransportFaultKind::connect;
  std::string detail = repeated_ ? "the kept connection broke" : error_.data();
  if (!too_large_.empty()) detail = too_large_;
  if (detail.empty()) detail = curl_easy_strerror(code);
  if (out_of_files_) detail = "too many open files: raise the limit (ulimit -n)";
  return TransportFault{kind, std::move(detail), begun_};
}

TransferResult Transfer::abort(TransportFaultKind kind, std::string detail) const {
  return TransportFault{kind, std::move(detail), begun_};
}

}  // namespace sheaf::transport
