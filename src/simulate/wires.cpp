#include "simulate/wires.hpp"

#include "simulate/wire_anthropic.hpp"
#include "simulate/wire_gemini.hpp"
#include "simulate/wire_mistral.hpp"
#include "simulate/wire_openai.hpp"
#include "simulate/wire_responses.hpp"

namespace sheaf::simulate {
namespace {

struct Formats {
  ChatWire chat;
  MistralWire mistral;
  CompletionsWire completions;
  ResponsesWire responses;
  AnthropicWire anthropic;
  GeminiWire gemini;
};

const Formats& formats() {
  static const Formats all;
  return all;
}

}  // namespace

std::string_view below_version(std::string_view path) {
  constexpr std::string_view azure = "/openai";
  constexpr std::string_view deployments = "/deployments/";
  if (path.starts_with(azure)) path.remove_prefix(azure.size());
  if (path.starts_with(deployments)) {
    path.remove_prefix(deployments.size());
    const auto end = path.find('/');
    return end == path.npos ? std::string_view() : path.substr(end);
  }
  for (const std::string_view version : {"/v1beta/", "/v1/"}) {
    if (path.starts_with(version)) return path.substr(version.size() - 1);
  }
  return {};
}

std::optional<Address> find_address(std::string_view path, SimulatedDialect dialect) {
  const auto tail = below_version(path);
  if (tail == "/chat/completions") return Address{default_wire(dialect)};
  if (tail == "/completions") return Address{formats().completions};
  if (tail == "/responses") return Address{formats().responses};
  if (tail == "/messages") return Address{formats().anthropic};
  if (tail == "/embeddings") return Address{.wire = default_wire(dialect), .vectors = true};
  if (tail.starts_with("/models/") && tail.find(':') != tail.npos) {
    return Address{formats().gemini};
  }
  return std::nullopt;
}

const Wire& default_wire(SimulatedDialect dialect) {
  if (dialect == SimulatedDialect::mistral) return formats().mistral;
  return formats().chat;
}

}  // namespace sheaf::simulate
