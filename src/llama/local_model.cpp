#include "llama/local_model.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <llama.h>
#include <sched.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "llama/chat_template.hpp"
#include "llama/context_memory.hpp"
#include "llama/engine.hpp"
#include "llama/gguf_file.hpp"
#include "llama/local_transport.hpp"
#include "llama/model.hpp"
#include "llama/vocabulary.hpp"

namespace sheaf::llama {
namespace {

/// Nearly no two files agree in all of it, and of the largest one hardly anything is read.
std::string digest_of(const std::string& path, std::uint64_t length) {
  constexpr std::uint64_t ends = 1 << 20;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::min(length, ends), '\0');
  Hasher hasher;
  hasher.add(static_cast<std::int64_t>(length));
  for (const auto from : {std::uint64_t{0}, length - bytes.size()}) {
    file.seekg(static_cast<std::streamoff>(from));
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    hasher.add(bytes);
  }
  return to_hex(hasher.finish()).substr(0, 16);
}

int usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(CPU_COUNT(&set), 1);
}

/// Threads wait for each other some sixty times a token, spinning: what a small model computes in
/// between is worth less than that, and on a busy machine far less.
int threads_for(const Model& model) {
  constexpr std::uint64_t small = 64'000'000;
  return llama_model_size(model.handle()) < small ? 1 : usable_processors();
}

std::unexpected<Error> of_file(const std::string& path, const Error& error) {
  return fail(error.code, fmt::format("{}: {}", text::display_safe(path, 400), error.message));
}

}  // namespace

bool available() { return true; }

Expected<ModelFacts> look_at(const std::string& path) {
  const auto file = read_gguf(path);
  if (!file) return std::unexpected(file.error());
  return ModelFacts{
      fmt::format("{}:{}", text::display_safe(std::filesystem::path(path).filename().string()),
                  digest_of(path, file->length)),
      is_known_template(file->chat_template), file->context};
}

Expected<FileTokenizer> read_tokenizer(const std::string& path) {
  auto model = Model::load(path, Model::Part::vocabulary);
  if (!model) return std::unexpected(model.error());
  const auto shared = std::make_shared<const Model>(std::move(*model));
  std::vector<Token> beginning;
  Vocabulary(*shared).append_beginning(beginning);
  return FileTokenizer{make_tokenizer(shared), !beginning.empty()};
}

Expected<std::unique_ptr<transport::Transport>> open_local(const std::string& path,
                                                           const LocalOptions& options) {
  auto loaded = Model::load(path, Model::Part::all);
  if (!loaded) return std::unexpected(loaded.error());
  const auto model = std::make_shared<const Model>(std::move(*loaded));
  const auto sequences = std::clamp(options.concurrency, 1, most_sequences);
  const auto cells = context_cells(*model, sequences, options.context);
  if (!cells) return of_file(path, cells.error());
  auto engine = Engine::open(model, {.sequences = sequences,
                                     .context = options.context,
                                     .cells = *cells,
                                     .threads = threads_for(*model)});
  if (!engine) return of_file(path, engine.error());
  return make_local_transport(std::move(*engine), ChatTemplate::of(*model));
}

}  // namespace sheaf::llama
