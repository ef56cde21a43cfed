#include "llama/gguf_file.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <gguf.h>

#include "core/text.hpp"
#include "llama/log.hpp"

namespace sheaf::llama {
namespace {

constexpr std::string_view magic = "GGUF";

struct Free {
  void operator()(gguf_context* tables) const noexcept { gguf_free(tables); }
};
using Tables = std::unique_ptr<gguf_context, Free>;

std::string shown(const std::string& path) { return text::display_safe(path, 400); }

Expected<std::uint64_t> length_of(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status)) {
    return fail(ErrorCode::usage, fmt::format("cannot read {}: {}", shown(path),
                                              problem ? problem.message() : "no such file"));
  }
  if (!std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::usage,
                fmt::format("{} is no file of a model; name a .gguf file", shown(path)));
  }
  const auto length = std::filesystem::file_size(path, problem);
  if (problem) {
    return fail(ErrorCode::usage,
                fmt::format("cannot read {}: {}", shown(path), problem.message()));
  }
  return length;
}

Expected<void> check_magic(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::array<char, magic.size()> front{};
  if (!file.is_open()) {
    return fail(ErrorCode::usage, fmt::format("cannot read {}: {}", shown(path),
                                              std::generic_category().message(errno)));
  }
  file.read(front.data(), front.size());
  const std::string_view read(front.data(), static_cast<std::size_t>(file.gcount()));
  if (read != magic) {
    return fail(ErrorCode::usage,
                fmt::format("{} is no GGUF file: it does not begin with \"GGUF\"; name a model's "
                            ".gguf file",
                            shown(path)));
  }
  return {};
}

std::unexpected<Error> damaged(const std::string& path, std::string_view how) {
  return fail(ErrorCode::usage,
              fmt::format("{} is cut short or damaged ({}); fetch it again", shown(path), how));
}

std::string text_of(const gguf_context& tables, const char* name) {
  const auto key = gguf_find_key(&tables, name);
  if (key < 0 || gguf_get_kv_type(&tables, key) != GGUF_TYPE_STRING) return {};
  return gguf_get_val_str(&tables, key);
}

std::int64_t context_of(const gguf_context& tables, const std::string& architecture) {
  const auto key = gguf_find_key(&tables, (architecture + ".context_length").c_str());
  if (key < 0 || gguf_get_kv_type(&tables, key) != GGUF_TYPE_UINT32) return 0;
  return gguf_get_val_u32(&tables, key);
}

Expected<std::uint64_t> weights_of(const gguf_context& tables, const std::string& path,
                                   std::uint64_t length) {
  const std::uint64_t start = gguf_get_data_offset(&tables);
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < gguf_get_n_tensors(&tables); ++i) {
    const std::uint64_t size = gguf_get_tensor_size(&tables, i);
    const std::uint64_t from = start + gguf_get_tensor_offset(&tables, i);
    if (from > length || size > length - from) {
      return damaged(
          path,
          fmt::format("tensor {} is {} bytes from byte {}, and the file ends at {}",
                      text::display_safe(gguf_get_tensor_name(&tables, i)), size, from, length));
    }
    sum += size;
  }
  return sum;
}

}  // namespace

Expected<GgufFile> read_gguf(const std::string& path) {
  const auto length = length_of(path);
  if (!length) return std::unexpected(length.error());
  if (auto checked = check_magic(path); !checked) return std::unexpected(checked.error());

  const LogListener log;
  const Tables tables(gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}));
  if (!tables) return damaged(path, log.first_error());
  const auto weights = weights_of(*tables, path, *length);
  if (!weights) return std::unexpected(weights.error());
  GgufFile file{.architecture = text_of(*tables, "general.architecture"),
                .weights = *weights,
                .length = *length,
                .chat_template = text_of(*tables, "tokenizer.chat_template")};
  file.context = context_of(*tables, file.architecture);
  return file;
}

}  // namespace sheaf::llama
