// A GGUF file's tables, read before anything is mapped.
#pragma once

#include <cstdint>
#include <string>

#include <sheaf/error.hpp>

namespace sheaf::llama {

struct GgufFile {
  std::string architecture;   ///< `general.architecture`; empty where the file names none.
  std::uint64_t weights = 0;  ///< Bytes of all tensors, as they stand in the file.
  std::uint64_t length = 0;   ///< Of the file, in bytes.
  std::int64_t context = 0;  ///< Tokens that the model was made for; 0 where the file does not say.
  std::string chat_template;  ///< Empty: none.
};

/// Reads the tables with ggml, and holds them against the file's length. Errors as those of
/// `Model::load` about the file itself.
Expected<GgufFile> read_gguf(const std::string& path);

}  // namespace sheaf::llama
