// A provider is two pure functions: prompt to HTTP request, HTTP response to completion or fault.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/exchange.hpp"

namespace sheaf::provider {

/// Immutable; any thread.
class Provider {
 public:
  virtual ~Provider() = default;
  /// The beginning of the body of every request whose prompt begins with `shared`: made once for
  /// all of them. Never sent alone.
  virtual std::string opening(std::span<const Message> shared) const = 0;
  /// Method, path (`address` puts the endpoint's base URL before it), JSON body and Content-Type.
  /// No key: the endpoint adds it. `own` is what of the prompt is behind `opening`: no text of the
  /// system.
  virtual HttpRequest request(std::string_view opening, const Prompt& own) const = 0;
  /// The same of a whole prompt, of which all but the last message is shared.
  HttpRequest request(const Prompt& prompt) const;
  /// Total on any bytes: every response or transport fault becomes a completion or a fault.
  /// `now_unix` (seconds) is for Retry-After dates.
  virtual Exchange read(const TransferResult& result, std::int64_t now_unix) const = 0;
};

/// The provider that speaks the model's API.
std::unique_ptr<Provider> make_provider(ModelSpec model);

/// The OpenAI-compatible chat and completions endpoints (OpenAI, Azure v1, Mistral, OpenRouter,
/// vLLM, llama.cpp, Ollama, LM Studio). Of every API the model's `parameters` replace our members
/// of the same name, a cap among them replaces ours whatever its name, and the request never
/// streams.
class OpenAi final : public Provider {
 public:
  explicit OpenAi(ModelSpec model);
  using Provider::request;
  std::string opening(std::span<const Message> shared) const override;
  HttpRequest request(std::string_view opening, const Prompt& own) const override;
  Exchange read(const TransferResult& result, std::int64_t now_unix) const override;

 private:
  ModelSpec model_;
};

/// The OpenAI-compatible embeddings endpoint: texts to vectors. Asks for them in base64, as
/// OpenAI's own clients do, which takes a quarter of the bytes and a twelfth of the time to read; a
/// server that sends numbers all the same is read too. Immutable; any thread.
class Embeddings {
 public:
  explicit Embeddings(EmbeddingSpec model) : model_(std::move(model)) {}
  /// As Provider::request. Every text is valid UTF-8 and not empty.
  HttpRequest request(std::span<const std::string_view> texts) const;
  /// As Provider::read; a completion has `vectors`, a row for each index that the reply holds.
  Exchange read(const TransferResult& result, std::int64_t now_unix) const;

 private:
  EmbeddingSpec model_;
};

/// Adds the endpoint's base URL, key and headers to a request made by a provider. A header of the
/// endpoint replaces one of the same name. A query in the base URL ("...?api-version=1") stays at
/// the end; white space around the key (a file's last line break) is dropped.
HttpRequest address(HttpRequest request, const Endpoint& endpoint);

/// Replaces every key and secret header value of `endpoints` in the fault's detail by ***: a server
/// may echo what it was sent. `read` hides what looks like a key; this hides what is one.
void hide_secrets(Fault& fault, std::span<const Endpoint> endpoints);
/// Of the fault that it may be.
void hide_secrets(Exchange& exchange, std::span<const Endpoint> endpoints);

}  // namespace sheaf::provider
