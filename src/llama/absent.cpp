#include "llama/local_model.hpp"

namespace sheaf::llama {
namespace {

std::unexpected<Error> absent() {
  return fail(ErrorCode::usage,
              "this build of sheaf has no GGUF support; build with -DSHEAF_LLAMA=ON");
}

}  // namespace

bool available() { return false; }

Expected<ModelFacts> look_at(const std::string&) { return absent(); }

Expected<FileTokenizer> read_tokenizer(const std::string&) { return absent(); }

Expected<std::unique_ptr<transport::Transport>> open_local(const std::string&,
                                                           const LocalOptions&) {
  return absent();
}

}  // namespace sheaf::llama
