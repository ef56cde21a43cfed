#include "transport/authorities.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sheaf::transport {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The text of a file; nullopt when it cannot be read (a directory cannot).
std::optional<std::string> read_file(const std::string& name) {
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65'536> bytes{};
  while (const auto length = std::fread(bytes.data(), 1, bytes.size(), file)) {
    text.append(bytes.data(), length);
  }
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  return failed ? std::nullopt : std::optional(std::move(text));
}

Expected<void> check_file(const std::string& file, std::string_view source) {
  const auto text = read_file(file);
  if (!text) {
    return fail(ErrorCode::usage,
                fmt::format("{}: cannot read the certificate authorities ({})", file, source));
  }
  if (text->find("-----BEGIN") == std::string::npos) {
    return fail(ErrorCode::usage,
                fmt::format("{}: no certificate in PEM form in it ({})", file, source));
  }
  return {};
}

}  // namespace

Expected<Authorities> find_authorities(const std::string& ca_file) {
  Authorities found;
  const bool given = !ca_file.empty();
  found.file = given ? ca_file : environment("SSL_CERT_FILE");
  found.only_file = given;
  if (!given) found.folder = environment("SSL_CERT_DIR");
  if (found.file.empty()) return found;
  const auto checked = check_file(found.file, given ? "--ca-file" : "SSL_CERT_FILE");
  if (!checked) return std::unexpected(checked.error());
  return found;
}

}  // namespace sheaf::transport
