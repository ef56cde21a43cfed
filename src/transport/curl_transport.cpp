#include "transport/curl_transport.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/text.hpp"
#include "transport/curl_fault.hpp"

namespace sheaf::transport {
namespace {

bool is_loopback(std::string_view url) {
  const auto scheme = url.find("://");
  auto host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return host.starts_with("127.") || host.starts_with("localhost:") || host == "localhost" ||
         host.starts_with("[::1]");
}

std::size_t append_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto bytes = size * count;
  if (transfer.response.body.size() + bytes > transfer.max_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, bytes);
  return bytes;
}

std::size_t append_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& headers = static_cast<Transfer*>(user)->response.headers;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) headers.clear();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  headers.push_back(
      {std::string(line.substr(0, colon)), std::string(text::trim(line.substr(colon + 1)))});
  return size * count;
}

/// libcurl's progress hook: sees every byte that moves, and the silence between them.
int watch(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto now = std::chrono::steady_clock::now();
  if (received != transfer.bytes_received || sent != transfer.bytes_sent) {
    transfer.bytes_received = received;
    transfer.bytes_sent = sent;
    transfer.last_byte = now;
    return 0;
  }
  transfer.stalled = sent > 0 && now - transfer.last_byte > transfer.stall;
  return transfer.stalled ? 1 : 0;
}

curl_slist* header_list(const std::vector<Header>& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& header : headers) {
    const auto line = header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
    list = curl_slist_append(list, line.c_str());
  }
  return list;
}

}  // namespace

CurlTransport::CurlTransport(Options options)
    : options_(std::move(options)), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1024L);
}

CurlTransport::~CurlTransport() {
  for (auto& [id, transfer] : transfers_) release(*transfer, Reuse::no);
  for (CURL* handle : spare_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
}

void CurlTransport::start(TransferId id, const HttpRequest& request) {
  auto transfer = std::make_unique<Transfer>();
  transfer->id = id;
  transfer->body = request.body;
  transfer->headers = header_list(request.headers);
  transfer->max_bytes = options_.max_response_bytes;
  transfer->stall = options_.timeouts.stall;
  transfer->last_byte = std::chrono::steady_clock::now();
  if (spare_.empty()) {
    transfer->handle = curl_easy_init();
  } else {
    transfer->handle = spare_.back();
    spare_.pop_back();
    curl_easy_reset(transfer->handle);
  }
  configure(*transfer, request);
  curl_multi_add_handle(multi_, transfer->handle);
  transfers_.emplace(id, std::move(transfer));
}

void CurlTransport::configure(Transfer& transfer, const HttpRequest& request) {
  CURL* const handle = transfer.handle;
  const auto set = [handle](CURLoption option, auto value) {
    curl_easy_setopt(handle, option, value);
  };
  set(CURLOPT_PRIVATE, &transfer);
  set(CURLOPT_ERRORBUFFER, transfer.error.data());
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_HTTPHEADER, transfer.headers);
  if (request.method == "POST") {
    set(CURLOPT_POSTFIELDS, transfer.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  }
  set(CURLOPT_WRITEFUNCTION, &append_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &append_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &watch);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.timeouts.connect.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeouts.attempt.count()));
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  // An empty list would end the reading of NO_PROXY; it is set only where no proxy may be used.
  if (is_loopback(request.url)) set(CURLOPT_NOPROXY, "*");
}

void CurlTransport::release(Transfer& transfer, Reuse reuse) {
  curl_multi_remove_handle(multi_, transfer.handle);
  curl_slist_free_all(transfer.headers);
  if (reuse == Reuse::yes) {
    spare_.push_back(transfer.handle);
  } else {
    curl_easy_cleanup(transfer.handle);
  }
}

void CurlTransport::cancel(TransferId id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return;
  release(*found->second, Reuse::no);
  transfers_.erase(found);
  cancelled_.push_back(id);
}

FinishedTransfer CurlTransport::finish(Transfer& transfer, CURLcode code) {
  FinishedTransfer finished{transfer.id, {}};
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    finished.result = std::move(transfer.response);
    return finished;
  }
  finished.result = fault_of(code, transfer);
  return finished;
}

void CurlTransport::collect(std::vector<FinishedTransfer>& finished) {
  for (const auto id : std::exchange(cancelled_, {})) {
    finished.push_back({id, TransportFault{TransportFaultKind::cancelled, "cancelled", true}});
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* user = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
    auto& transfer = *static_cast<Transfer*>(user);
    finished.push_back(finish(transfer, message->data.result));
    release(transfer, Reuse::yes);
    transfers_.erase(transfer.id);
  }
}

std::vector<FinishedTransfer> CurlTransport::poll(Millis wait) {
  std::vector<FinishedTransfer> finished;
  int running = 0;
  curl_multi_perform(multi_, &running);
  collect(finished);
  if (!finished.empty()) return finished;
  // libcurl looks at a silent transfer once a second; that is the grain of the stall limit.
  const auto milliseconds = std::clamp<std::int64_t>(wait.count(), 0, 1000);
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(milliseconds), nullptr);
  curl_multi_perform(multi_, &running);
  collect(finished);
  return finished;
}

void CurlTransport::wake() { curl_multi_wakeup(multi_); }

Expected<std::unique_ptr<Transport>> make_curl(const Options& options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return fail(ErrorCode::stopped, "libcurl cannot be initialised");
  std::error_code ignored;
  if (!options.ca_file.empty() && !std::filesystem::is_regular_file(options.ca_file, ignored)) {
    return fail(ErrorCode::usage, options.ca_file +
                                      ": no such file of certificates; see --ca-file "
                                      "and SSL_CERT_FILE");
  }
  return std::make_unique<CurlTransport>(options);
}

}  // namespace sheaf::transport
