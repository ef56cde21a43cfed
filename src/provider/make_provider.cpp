#include <cassert>
#include <utility>

#include "provider/anthropic.hpp"
#include "provider/gemini.hpp"
#include "provider/provider.hpp"
#include "provider/responses.hpp"

namespace sheaf::provider {

HttpRequest Provider::request(const Prompt& prompt) const {
  Prompt own = prompt;
  const auto last = own.messages.end() - (own.messages.empty() ? 0 : 1);
  const std::vector<Message> shared(own.messages.begin(), last);
  own.messages.erase(own.messages.begin(), last);
  return request(opening(shared), own);
}

std::unique_ptr<Provider> make_provider(ModelSpec model) {
  switch (model.api) {
    case Api::chat:
    case Api::completions:
      return std::make_unique<OpenAi>(std::move(model));
    case Api::responses:
      return std::make_unique<Responses>(std::move(model));
    case Api::messages:
      return std::make_unique<Anthropic>(std::move(model));
    case Api::generate_content:
      return std::make_unique<Gemini>(std::move(model));
  }
  assert(false);
  return nullptr;
}

}  // namespace sheaf::provider
