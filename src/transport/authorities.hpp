// Where trusted authorities are found.
#pragma once

#include <string>

#include <sheaf/error.hpp>

namespace sheaf::transport {

/// Empty: libcurl's default.
struct Authorities {
  std::string file;
  std::string folder;
  bool only_file = false;
};

/// `ca_file`, else what SSL_CERT_FILE and SSL_CERT_DIR say. Error (usage): the file cannot be read
/// or holds no certificate.
Expected<Authorities> find_authorities(const std::string& ca_file);

}  // namespace sheaf::transport
