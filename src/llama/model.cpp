#include "llama/model.hpp"

#include <mutex>

#include <fmt/format.h>
#include <llama.h>

#include "core/text.hpp"
#include "llama/gguf_file.hpp"
#include "llama/log.hpp"
#include "llama/memory.hpp"
#include "llama/processor.hpp"

namespace sheaf::llama {
namespace {

std::unexpected<Error> refused(const std::string& path, const GgufFile& file,
                               const std::string& reason) {
  const auto name = text::display_safe(path, 400);
  if (reason.contains("unknown model architecture")) {
    return fail(
        ErrorCode::usage,
        fmt::format("{} is a model of architecture \"{}\", which the llama.cpp of this build "
                    "does not know; take another model, or build sheaf with a newer one",
                    name, text::display_safe(file.architecture)));
  }
  if (reason.contains("allocate")) {
    return fail(ErrorCode::unavailable,
                fmt::format("{} needs more memory than this process may take: {}; take a smaller "
                            "model, or give it more",
                            name, reason));
  }
  return fail(ErrorCode::usage,
              fmt::format("{} cannot be run: {}; take another model, or fetch it "
                          "again",
                          name, reason.empty() ? "llama.cpp says not why" : reason));
}

}  // namespace

Expected<Model> Model::load(const std::string& path, Part part) {
  if (auto able = check_processor(); !able) return std::unexpected(able.error());
  const auto file = read_gguf(path);
  if (!file) return std::unexpected(file.error());
  const auto weights = part == Part::all ? file->weights : 0;
  if (auto fits = check_room(path, weights, memory_room()); !fits) {
    return std::unexpected(fits.error());
  }
  const LogListener log;
  static std::once_flag once;
  std::call_once(once, llama_backend_init);
  auto params = llama_model_default_params();
  params.vocab_only = part == Part::vocabulary;
  Model model(Handle(llama_model_load_from_file(path.c_str(), params)));
  if (!model.model_) return refused(path, *file, log.first_error());
  if (llama_vocab_type(llama_model_get_vocab(model.handle())) == LLAMA_VOCAB_TYPE_NONE) {
    return refused(path, *file, "it holds no tokenizer");
  }
  return model;
}

void Model::Free::operator()(llama_model* model) const noexcept { llama_model_free(model); }

}  // namespace sheaf::llama
