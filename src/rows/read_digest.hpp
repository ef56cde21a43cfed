// What a run read, told apart from any other bytes while it reads them.
#pragma once

#include <cstdint>
#include <memory>

#include "core/hash.hpp"
#include "rows/byte_source.hpp"

namespace sheaf::rows {

/// Of a file as it lies, packed or not, from its first byte to where the reader came.
struct ReadDigest {
  std::int64_t bytes = 0;
  StreamHash64 digest;
  bool is_whole = false;  ///< The reader came to the end.
};

/// Hands on what `bytes` gives and counts it in `seen`, which outlives the source.
std::unique_ptr<ByteSource> digest_while_read(std::unique_ptr<ByteSource> bytes, ReadDigest& seen);

}  // namespace sheaf::rows
