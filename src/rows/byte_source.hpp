// Bytes in: files, standard input, and what unpacks them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <sheaf/error.hpp>

namespace sheaf::rows {

/// Pulls bytes. Errors are ErrorCode::usage. Single-threaded.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the front of `room` (not empty) and returns how much; 0 only at the end.
  virtual Expected<std::size_t> read(std::span<char> room) = 0;
  /// At the end: an Error where the file was written to while it was read, and does not begin with
  /// these bytes any more.
  virtual Expected<void> verify(std::int64_t /*bytes*/, std::uint64_t /*hash64*/) { return {}; }
  /// Whether `read` would wait for another process to write.
  virtual bool waits() const { return false; }
  /// Share of the file read so far, 0..1; nullopt where there is no size (a pipe).
  virtual std::optional<double> fraction() const { return std::nullopt; }
};

/// The file as long as it is now: what others append while it is read is left out. Error: missing,
/// a directory, unreadable.
Expected<std::unique_ptr<ByteSource>> open_file(const std::string& path);
/// Standard input, unpacked where it begins as gzip or zstd data do. It is never closed.
Expected<std::unique_ptr<ByteSource>> open_standard_input(const std::string& name);

/// Unpacks gzip (RFC 1952): any number of members, zero bytes behind the last. Data that are cut,
/// broken or of another kind are an Error after every byte that could be unpacked.
std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed, std::string name);
/// Unpacks zstd (RFC 8878): any number of frames; windows up to 128 MiB. Errors as for gzip.
std::unique_ptr<ByteSource> unpack_zstd(std::unique_ptr<ByteSource> packed, std::string name);

}  // namespace sheaf::rows
