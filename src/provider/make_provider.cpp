#include <cassert>
#include <utility>

#include "provider/provider.hpp"

namespace sheaf::provider {

std::unique_ptr<Provider> make_provider(ModelSpec model) {
  switch (model.api) {
    case Api::chat:
    case Api::completions:
      return std::make_unique<OpenAi>(std::move(model));
  }
  assert(false);
  return nullptr;
}

}  // namespace sheaf::provider
