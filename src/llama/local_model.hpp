// A model of a GGUF file, in this process: all that other layers see of it. Every Error is one line
// that names the file, as of Model::load; of a build without llama.cpp it says so.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "tokens/tokenizer.hpp"
#include "transport/transport.hpp"

namespace sheaf::llama {

/// Whether this build has llama.cpp (SHEAF_LLAMA).
bool available();

/// What a file tells of its model, without its weights being read.
struct ModelFacts {
  /// "name.gguf:0123456789abcdef": by its size, its first and its last megabyte.
  std::string identity;
  bool has_template = false;        ///< A chat template that llama.cpp knows.
  std::int64_t context_tokens = 0;  ///< That it was made for.
};
Expected<ModelFacts> look_at(const std::string& path);

/// The model's vocabulary, without its weights.
struct FileTokenizer {
  std::shared_ptr<const tokens::Tokenizer> tokenizer;
  bool begins_texts = false;  ///< A token more stands before every prompt.
};
Expected<FileTokenizer> read_tokenizer(const std::string& path);

struct LocalOptions {
  int concurrency = 1;  ///< Replies at once, at most; more than `most_sequences` are not.
  int context = 4096;   ///< Tokens of one prompt and its reply, at most.
};
/// Replies at once that pay: each attends to the cells of all.
inline constexpr int most_sequences = 8;

/// Loads the model and answers in its name, as local_transport.hpp says.
Expected<std::unique_ptr<transport::Transport>> open_local(const std::string& path,
                                                           const LocalOptions& options);

}  // namespace sheaf::llama
