#include "support/http2_server.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sheaf::testing {

struct Http2Server::Context {
  SSL_CTX* tls = nullptr;
  ~Context() { SSL_CTX_free(tls); }
};

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* in,
              unsigned int size, void*) {
  return nghttp2_select_next_protocol(const_cast<unsigned char**>(chosen), length, in, size) == 1
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX* make_tls(const Http2Options& options) {
  SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
  require(tls != nullptr);
  require(SSL_CTX_use_certificate_chain_file(tls, options.certificate.c_str()) == 1);
  require(SSL_CTX_use_PrivateKey_file(tls, options.key.c_str(), SSL_FILETYPE_PEM) == 1);
  if (options.offers_http2) SSL_CTX_set_alpn_select_cb(tls, choose_h2, nullptr);
  return tls;
}

nghttp2_nv pair_of(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

struct Stream {
  Http2Request request;
  Http2Reply reply;
  std::size_t sent = 0;
};

}  // namespace

/// One connection, its thread's own.
class Http2Server::Session {
 public:
  Session(Http2Server& server, int socket, int number)
      : server_(server), number_(number), tls_(SSL_new(server.context_->tls)) {
    SSL_set_fd(tls_, socket);
  }
  ~Session() {
    nghttp2_session_del(session_);
    SSL_free(tls_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    if (SSL_accept(tls_) != 1) return;
    const unsigned char* protocol = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(tls_, &protocol, &length);
    if (length == 0) return;
    begin();
    speak();
    // Closing over unread bytes would reset the connection and take what was sent along.
    ::shutdown(SSL_get_fd(tls_), SHUT_WR);
    std::array<std::uint8_t, 1024> rest{};
    while (::recv(SSL_get_fd(tls_), rest.data(), rest.size(), 0) > 0) {
    }
  }

 private:
  void speak() {
    std::array<std::uint8_t, 16'384> bytes{};
    while (flush() && !ending()) {
      const int received = SSL_read(tls_, bytes.data(), static_cast<int>(bytes.size()));
      if (received <= 0) return;
      const auto taken =
          nghttp2_session_mem_recv(session_, bytes.data(), static_cast<std::size_t>(received));
      if (taken < 0) return;
      meet_waiting();
    }
  }

  void begin() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &Session::on_begin);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &Session::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Session::on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Session::on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Session::on_close);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                                                     server_.options_.max_concurrent_streams}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  }

  static Session& self(void* user) { return *static_cast<Session*>(user); }

  static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& streams = self(user).streams_;
    streams[frame->hd.stream_id];
    auto& most = self(user).server_.most_streams_;
    const auto open = static_cast<int>(streams.size());
    for (int before = most; before < open && !most.compare_exchange_weak(before, open);) {
    }
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_length, const std::uint8_t* value, std::size_t value_length,
                       std::uint8_t, void* user) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_length);
    if (key != ":path") return 0;
    auto& path = self(user).streams_[frame->hd.stream_id].request.path;
    path.assign(reinterpret_cast<const char*>(value), value_length);
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t length, void* user) {
    auto& body = self(user).streams_[id].request.body;
    body.append(reinterpret_cast<const char*>(data), length);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool carries = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (!carries || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    auto& session = self(user);
    auto& request = session.streams_[frame->hd.stream_id].request;
    request.number = ++session.server_.requests_;
    request.connection = session.number_;
    session.waiting_.push_back(frame->hd.stream_id);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    self(user).streams_.erase(id);
    std::erase(self(user).waiting_, id);
    return 0;
  }

  void meet_waiting() {
    if (std::ssize(waiting_) < server_.options_.gather) return;
    for (const auto id : std::exchange(waiting_, {})) {
      if (closing_) return;
      auto& stream = streams_.at(id);
      {
        const std::lock_guard lock(server_.script_mutex_);
        stream.reply = server_.script_(stream.request);
      }
      meet(id, stream);
    }
  }

  void meet(std::int32_t id, Stream& stream) {
    const auto& reply = stream.reply;
    switch (reply.act) {
      case Http2Act::stall:
        return;
      case Http2Act::answer:
        return respond(id, stream);
      case Http2Act::reset_stream:
        if (reply.begun) return respond(id, stream);
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, reply.code);
        return;
      case Http2Act::goaway_before:
        nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, std::max(id - 2, 0), reply.code, nullptr,
                              0);
        closing_ = true;
        return;
      case Http2Act::goaway_after:
        nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, id, reply.code, nullptr, 0);
        return respond(id, stream);
      case Http2Act::cut:
        closing_ = true;
        if (reply.begun) respond(id, stream);
        return;
    }
  }

  void respond(std::int32_t id, Stream& stream) {
    const auto status = std::to_string(stream.reply.status);
    std::vector<nghttp2_nv> fields{pair_of(":status", status)};
    for (const auto& [name, value] : stream.reply.headers) fields.push_back(pair_of(name, value));
    nghttp2_data_provider provider{};
    provider.source.ptr = this;
    provider.read_callback = &Session::read_body;
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), &provider);
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* out,
                           std::size_t room, std::uint32_t* flags, nghttp2_data_source* source,
                           void*) {
    auto& stream = static_cast<Session*>(source->ptr)->streams_.at(id);
    const auto& reply = stream.reply;
    const bool broken = reply.act == Http2Act::reset_stream || reply.act == Http2Act::cut;
    const auto end = broken ? reply.body.size() / 2 : reply.body.size();
    if (broken && stream.sent == end) {
      if (reply.act == Http2Act::reset_stream) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, reply.code);
      }
      return NGHTTP2_ERR_DEFERRED;
    }
    const auto length = std::min(room, end - stream.sent);
    std::memcpy(out, reply.body.data() + stream.sent, length);
    stream.sent += length;
    if (!broken && stream.sent == end) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(length);
  }

  /// Everything that libnghttp2 has to say; false when the peer has gone.
  bool flush() {
    const std::uint8_t* bytes = nullptr;
    while (true) {
      const auto length = nghttp2_session_mem_send(session_, &bytes);
      if (length <= 0) return length == 0;
      if (!write(bytes, static_cast<std::size_t>(length))) return false;
    }
  }

  bool write(const std::uint8_t* bytes, std::size_t length) {
    const auto most = server_.options_.write_bytes == 0 ? length : server_.options_.write_bytes;
    while (length > 0) {
      const auto part = std::min(most, length);
      if (SSL_write(tls_, bytes, static_cast<int>(part)) <= 0) return false;
      bytes += part;
      length -= part;
    }
    return true;
  }

  bool ending() const {
    return closing_ ||
           (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0);
  }

  Http2Server& server_;
  int number_;
  SSL* tls_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  std::vector<std::int32_t> waiting_;
  bool closing_ = false;
};

Http2Server::Http2Server(Http2Options options, Script script)
    : options_(std::move(options)),
      script_(std::move(script)),
      context_(std::make_unique<Context>()) {
  // OpenSSL writes to sockets that the client has closed.
  std::signal(SIGPIPE, SIG_IGN);
  context_->tls = make_tls(options_);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  require(::bind(listener_, plain, length) == 0 && ::listen(listener_, 64) == 0 &&
          ::getsockname(listener_, plain, &length) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Http2Server::~Http2Server() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

std::string Http2Server::url(const std::string& path) const {
  return "https://127.0.0.1:" + std::to_string(port_) + path;
}

void Http2Server::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int number = ++connections_;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void Http2Server::serve(int socket, int number) {
  Session(*this, socket, number).run();
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
  ::close(socket);
}

}  // namespace sheaf::testing
