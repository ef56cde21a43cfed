#include "rows/read_digest.hpp"

#include <string_view>
#include <utility>

namespace sheaf::rows {
namespace {

class DigestingSource final : public ByteSource {
 public:
  DigestingSource(std::unique_ptr<ByteSource> bytes, ReadDigest& seen)
      : bytes_(std::move(bytes)), seen_(seen) {}

  Expected<std::size_t> read(std::span<char> room) override {
    auto got = bytes_->read(room);
    if (!got) return got;
    seen_.digest.add(std::string_view(room.data(), *got));
    seen_.bytes += static_cast<std::int64_t>(*got);
    seen_.is_whole = *got == 0;
    if (!seen_.is_whole) return got;
    if (auto done = bytes_->verify(seen_.bytes, seen_.digest.value()); !done) {
      return std::unexpected(done.error());
    }
    return got;
  }
  bool waits() const override { return bytes_->waits(); }
  std::optional<double> fraction() const override { return bytes_->fraction(); }

 private:
  std::unique_ptr<ByteSource> bytes_;
  ReadDigest& seen_;
};

}  // namespace

std::unique_ptr<ByteSource> digest_while_read(std::unique_ptr<ByteSource> bytes, ReadDigest& seen) {
  return std::make_unique<DigestingSource>(std::move(bytes), seen);
}

}  // namespace sheaf::rows
