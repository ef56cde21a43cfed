#include "llama/model.hpp"

namespace sheaf::llama {

bool available() { return false; }

Expected<Model> Model::load(const std::string&) {
  return fail(ErrorCode::usage,
              "this build of sheaf has no GGUF support; build with -DSHEAF_LLAMA=ON");
}

void Model::Free::operator()(llama_model*) const noexcept {}

}  // namespace sheaf::llama
