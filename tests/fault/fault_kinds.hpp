// How each kind of docs/faults.md is made on a socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

#include "support/fault_server.hpp"
#include "support/http2_server.hpp"

namespace sheaf::testing {

/// Where a kind strikes, and so what stands between the run and the healthy server.
enum class FaultPlace {
  exchange,     ///< An HTTP/1.1 exchange, by `make`.
  listener,     ///< Nobody listens.
  name,         ///< The host's name is not found.
  certificate,  ///< The TLS connection shows a certificate of nobody's.
  handshake,    ///< The TLS handshake breaks off.
  stream,       ///< An HTTP/2 stream, by `spoil`.
  status,       ///< As `exchange`; swept at one exchange only.
};

struct FaultKind {
  std::string name;
  std::function<void(FaultExchange&)> make = {};
  bool is_harmless = false;  ///< The reply arrives, and its usage counts or is the fault itself.
  FaultPlace place = FaultPlace::exchange;
  bool is_silent = false;                       ///< Only the stall timeout ends it.
  std::function<void(Http2Reply&)> spoil = {};  ///< Changes the true reply.
};

inline constexpr std::string_view last_one = "Connection: close\r\n";
inline constexpr std::size_t large_body = 8u << 20;

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

/// The reply with another `usage`, an object whose end is found by its braces.
inline std::string with_usage(std::string body, std::string_view value) {
  static constexpr std::string_view key = "\"usage\":";
  const auto from = body.find(key);
  if (from == std::string::npos) return body;
  int depth = 0;
  auto end = from + key.size();
  do {
    if (body[end] == '{') ++depth;
    if (body[end] == '}') --depth;
  } while (++end < body.size() && depth > 0);
  return body.replace(from + key.size(), end - from - key.size(), value);
}

inline std::string gzipped(const std::string& body) {
  z_stream stream{};
  ::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(body.size() + 1024, '\0');
  std::string in = body;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

/// The header and half of the body.
inline void write_half(const FaultExchange& exchange) {
  const auto body = exchange.upstream();
  exchange.write_raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body.substr(0, body.size() / 2));
}

inline void write_cut_chunk(const FaultExchange& exchange) {
  const auto body = exchange.upstream();
  exchange.write_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + body);
}

inline std::function<void(FaultExchange&)> fixed(const std::string& body) {
  return [body](FaultExchange& exchange) { exchange.write_reply(body, last_one); };
}

/// The true reply, changed.
inline std::function<void(FaultExchange&)> changed(
    const std::function<std::string(const std::string&)>& how) {
  return
      [how](FaultExchange& exchange) { exchange.write_reply(how(exchange.upstream()), last_one); };
}

inline void write_status(const FaultExchange& exchange, int status) {
  const std::string body = R"({"error":{"message":"scripted","type":"scripted"}})";
  exchange.write_raw("HTTP/1.1 " + std::to_string(status) +
                     " Scripted\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body);
}

inline std::function<void(FaultExchange&)> usage(const std::string& value) {
  return changed([value](const std::string& body) { return with_usage(body, value); });
}

inline void add_connection_kinds(std::vector<FaultKind>& kinds) {
  kinds.push_back({.name = "refused connection", .place = FaultPlace::listener});
  kinds.push_back({.name = "stall before headers",
                   .make = [](FaultExchange& one) { one.stall(); },
                   .is_silent = true});
  kinds.push_back({.name = "stall in the body",
                   .make =
                       [](FaultExchange& one) {
                         write_half(one);
                         one.stall();
                       },
                   .is_silent = true});
  kinds.push_back({"reset before headers", [](FaultExchange& one) { one.reset(); }});
  kinds.push_back({"reset in the body", [](FaultExchange& one) {
                     write_half(one);
                     one.reset();
                   }});
  kinds.push_back({"short body", write_half});
  kinds.push_back({"cut chunk", write_cut_chunk});
  kinds.push_back({.name = "100 continue",
                   .make =
                       [](FaultExchange& one) {
                         one.write_raw("HTTP/1.1 100 Continue\r\n\r\n");
                         one.write_reply(one.upstream(), last_one);
                       },
                   .is_harmless = true});
  kinds.push_back({.name = "gzip",
                   .make =
                       [](FaultExchange& one) {
                         one.write_reply(gzipped(one.upstream()),
                                         "Content-Encoding: gzip\r\nConnection: close\r\n");
                       },
                   .is_harmless = true});
  kinds.push_back({"corrupt gzip", [](FaultExchange& one) {
                     auto bytes = gzipped(one.upstream());
                     for (std::size_t i = 20; i < bytes.size(); i += 3) bytes[i] ^= 0x55;
                     one.write_reply(bytes, "Content-Encoding: gzip\r\nConnection: close\r\n");
                   }});
}

inline void add_secure_kinds(std::vector<FaultKind>& kinds) {
  constexpr std::uint32_t refused_stream = 7;
  constexpr std::uint32_t internal_error = 2;
  const auto stream = [&](std::string name, Http2Act act, std::uint32_t code, bool begun) {
    kinds.push_back({.name = std::move(name),
                     .is_harmless = act == Http2Act::goaway_after,
                     .place = FaultPlace::stream,
                     .spoil = [=](Http2Reply& reply) {
                       reply.act = act;
                       reply.code = code;
                       reply.begun = begun;
                     }});
  };
  kinds.push_back({.name = "unknown name", .place = FaultPlace::name});
  kinds.push_back({.name = "bad certificate", .place = FaultPlace::certificate});
  kinds.push_back({.name = "broken handshake", .place = FaultPlace::handshake});
  stream("GOAWAY", Http2Act::goaway_before, 0, false);
  stream("GOAWAY with the reply", Http2Act::goaway_after, 0, false);
  stream("RST_STREAM before headers", Http2Act::reset_stream, refused_stream, false);
  stream("RST_STREAM in the body", Http2Act::reset_stream, internal_error, true);
}

inline void add_body_kinds(std::vector<FaultKind>& kinds) {
  kinds.push_back({"HTML page", fixed("<html><body>busy</body></html>")});
  kinds.push_back({"bad UTF-8", changed([](const std::string& body) {
                     return replaced(body, "\"content\":\"", "\"content\":\"\xff\xfe");
                   })});
  kinds.push_back({"doubled key", changed([](const std::string& body) {
                     return replaced(body, "\"content\":", "\"content\":\"A[1]: x\",\"content\":");
                   })});
  kinds.push_back({"deep nesting", fixed(std::string(100'000, '['))});
  kinds.push_back(
      {.name = "8 MB reply",
       .make = changed([](const std::string& body) { return body + std::string(large_body, ' '); }),
       .is_harmless = true});
  kinds.push_back({"8 MB of junk", fixed(std::string(large_body, 'x'))});
  kinds.push_back({"no choices", fixed(R"({"choices":[]})")});
  kinds.push_back({"null content",
                   fixed(R"({"choices":[{"message":{"content":null},"finish_reason":"stop"}]})")});
  kinds.push_back({.name = "unknown finish reason",
                   .make = changed([](const std::string& body) {
                     return replaced(body, "\"stop\"", "\"tired\"");
                   }),
                   .is_harmless = true});
  const std::string huge(40, '9');
  kinds.push_back({.name = "negative usage",
                   .make = usage(R"({"prompt_tokens":-5,"completion_tokens":-7})"),
                   .is_harmless = true});
  kinds.push_back({.name = "missing usage", .make = usage("null"), .is_harmless = true});
  kinds.push_back(
      {.name = "absurd usage",
       .make = usage(R"({"prompt_tokens":)" + huge + R"(,"completion_tokens":)" + huge + "}"),
       .is_harmless = true});
}

/// Every kind, in the order of the table.
inline const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> all = [] {
    std::vector<FaultKind> kinds;
    add_connection_kinds(kinds);
    add_secure_kinds(kinds);
    add_body_kinds(kinds);
    kinds.push_back({"redirect", [](FaultExchange& one) { write_status(one, 301); }});
    for (int status = 400; status <= 599; ++status) {
      kinds.push_back({.name = "status " + std::to_string(status),
                       .make = [status](FaultExchange& one) { write_status(one, status); },
                       .place = FaultPlace::status});
    }
    return kinds;
  }();
  return all;
}

inline const FaultKind* find_fault_kind(std::string_view name) {
  for (const auto& kind : fault_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace sheaf::testing
