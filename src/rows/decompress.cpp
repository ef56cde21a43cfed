#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "core/text.hpp"
#include "rows/byte_source.hpp"

namespace sheaf::rows {
namespace {

constexpr std::size_t input_bytes = std::size_t{64} * 1024;

/// The packed bytes that an unpacker has not used yet.
class PackedInput {
 public:
  PackedInput(std::unique_ptr<ByteSource> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)), buffer_(input_bytes) {}

  std::span<const char> rest() const { return rest_; }
  void use(std::size_t bytes) { rest_ = rest_.subspan(bytes); }
  /// Precondition: `rest` is empty. False at the end.
  Expected<bool> refill() {
    const auto size = source_->read(buffer_);
    if (!size) return std::unexpected(size.error());
    rest_ = std::span(buffer_).first(*size);
    return *size > 0;
  }
  std::optional<double> fraction() const { return source_->fraction(); }
  std::unexpected<Error> refuse(std::string_view why) const {
    return fail(ErrorCode::usage, fmt::format("{}: {}", text::display_safe(name_, 400), why));
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::vector<char> buffer_;
  std::span<const char> rest_;
};

class Gzip : public ByteSource {
 public:
  Gzip(std::unique_ptr<ByteSource> packed, std::string name)
      : input_(std::move(packed), std::move(name)) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&stream_); }

  Expected<std::size_t> read(std::span<char> room) override {
    if (!ready_) return input_.refuse("not enough memory to unpack gzip data");
    while (true) {
      if (place_ == Place::between) {
        const auto more = begin_member();
        if (!more) return std::unexpected(more.error());
        if (!*more) return 0;
      }
      const auto produced = inflate_into(room);
      if (!produced || *produced > 0) return produced;
      if (place_ == Place::between || !input_.rest().empty()) continue;
      const auto more = input_.refill();
      if (!more) return std::unexpected(more.error());
      if (!*more) return input_.refuse("the gzip data end too early; the file is cut");
    }
  }
  std::optional<double> fraction() const override { return input_.fraction(); }

 private:
  enum class Place { inside, between };

  /// False at the end of the input; zero bytes behind the last member are padding.
  Expected<bool> begin_member() {
    while (true) {
      const auto rest = input_.rest();
      const auto data = std::ranges::find_if(rest, [](char c) { return c != '\0'; });
      input_.use(static_cast<std::size_t>(data - rest.begin()));
      if (!input_.rest().empty()) break;
      const auto more = input_.refill();
      if (!more || !*more) return more;
    }
    inflateReset(&stream_);
    place_ = Place::inside;
    return true;
  }

  Expected<std::size_t> inflate_into(std::span<char> room) {
    const auto rest = input_.rest();
    // zlib does not write through next_in; its type only predates const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream_.avail_in = static_cast<uInt>(rest.size());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input_.use(rest.size() - stream_.avail_in);
    const std::size_t produced = room.size() - stream_.avail_out;
    if (result == Z_STREAM_END) place_ = Place::between;
    const bool fine = result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END;
    if (fine || produced > 0) return produced;
    return input_.refuse(fmt::format("broken gzip data: {}",
                                     stream_.msg != nullptr ? stream_.msg : "out of memory"));
  }

  PackedInput input_;
  z_stream stream_{};
  bool ready_ = false;
  Place place_ = Place::inside;
};

class Zstd : public ByteSource {
 public:
  Zstd(std::unique_ptr<ByteSource> packed, std::string name)
      : input_(std::move(packed), std::move(name)), stream_(ZSTD_createDStream()) {}

  Expected<std::size_t> read(std::span<char> room) override {
    if (!stream_) return input_.refuse("not enough memory to unpack zstd data");
    while (true) {
      const auto rest = input_.rest();
      ZSTD_inBuffer in{rest.data(), rest.size(), 0};
      ZSTD_outBuffer out{room.data(), room.size(), 0};
      if (!rest.empty() || inside_frame_) {
        const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
        if (ZSTD_isError(result) != 0) {
          return input_.refuse(fmt::format("broken zstd data: {}", ZSTD_getErrorName(result)));
        }
        inside_frame_ = result != 0;
      }
      input_.use(in.pos);
      if (out.pos > 0) return out.pos;
      if (!input_.rest().empty()) continue;
      const auto more = input_.refill();
      if (!more) return std::unexpected(more.error());
      if (!*more && inside_frame_) {
        return input_.refuse("the zstd data end too early; the file is cut");
      }
      if (!*more) return 0;
    }
  }
  std::optional<double> fraction() const override { return input_.fraction(); }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  PackedInput input_;
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  /// An empty file holds no frame, but is no zstd file either.
  bool inside_frame_ = true;
};

}  // namespace

std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed, std::string name) {
  return std::make_unique<Gzip>(std::move(packed), std::move(name));
}

std::unique_ptr<ByteSource> unpack_zstd(std::unique_ptr<ByteSource> packed, std::string name) {
  return std::make_unique<Zstd>(std::move(packed), std::move(name));
}

}  // namespace sheaf::rows
