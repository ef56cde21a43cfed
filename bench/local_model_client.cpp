// What a model of this process costs, for local_models.py, on one thread.
//   local_model_client MODEL prompt TOKENS REPEATS         prompts of random tokens
//   local_model_client MODEL decode TOKENS REPEATS         replies, one after the other
//   local_model_client MODEL samples FILE shared           nano_corpus's texts, eight at once
//   local_model_client MODEL samples FILE apart            the same, no two prompts beginning alike
// Prints JSON: seconds by the wall clock, of each repeat or of all samples; and how many samples.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/json.hpp"
#include "core/random.hpp"
#include "llama/engine.hpp"
#include "llama/model.hpp"

namespace {

using namespace sheaf::llama;

constexpr int context = 2048;

template <class T>
T expect(sheaf::Expected<T> value) {
  if (value) return std::move(*value);
  fmt::print(stderr, "{}\n", value.error().message);
  std::exit(1);
}

std::unique_ptr<Engine> engine_of(const std::string& path, int sequences) {
  auto model = std::make_shared<const Model>(expect(Model::load(path)));
  const auto cells = static_cast<std::uint32_t>(context * (sequences + 2));
  return expect(
      Engine::open(std::move(model),
                   {.sequences = sequences, .context = context, .cells = cells, .threads = 1}));
}

std::vector<Token> random_tokens(std::int64_t count, sheaf::Random& random, int entries) {
  std::vector<Token> tokens;
  for (std::int64_t i = 0; i < count; ++i) {
    tokens.push_back(static_cast<Token>(random.below(static_cast<std::uint64_t>(entries))));
  }
  return tokens;
}

/// Output tokens of all that is waiting.
std::int64_t drain(Engine& engine) {
  std::int64_t tokens = 0;
  while (!engine.idle()) {
    for (auto& ended : engine.step())
      tokens += expect(std::move(ended.generation)).usage.output_tokens;
  }
  return tokens;
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// As llama.cpp's own bench: each repeat alone, with nothing in memory that it could share, after
/// one that is not timed. Of replies those are timed that the model does not end before `count`
/// tokens.
void measure(const std::string& path, bool decode, std::int64_t count, int repeats) {
  const auto engine = engine_of(path, 1);
  sheaf::Random random(1);
  const auto ask = [&](const std::vector<Token>& prompt) {
    GenerationRequest request{.prompt = prompt,
                              .max_tokens = decode ? count : 1,
                              .sampling = {.temperature = 0},
                              .stops = {},
                              .grammar = {},
                              .top_logprobs = {}};
    if (const auto added = engine->add(0, std::move(request)); !added) std::exit(1);
    return drain(*engine);
  };
  std::vector<double> seconds;
  while (std::ssize(seconds) <= repeats) {
    const auto prompt = random_tokens(decode ? 1 : count, random, engine->vocabulary().size());
    if (decode && ask(prompt) < count) continue;
    const auto began = std::chrono::steady_clock::now();
    ask(prompt);
    seconds.push_back(seconds_since(began));
  }
  fmt::print("{{\"seconds\": [{}]}}\n", fmt::join(std::span(seconds).subspan(1), ", "));
}

const std::string& text_of(const sheaf::json::Value& value, std::string_view name) {
  return *value.find(name)->string();
}

void measure_samples(const std::string& path, const std::string& file, bool apart) {
  const auto engine = engine_of(path, 8);
  const auto& vocabulary = engine->vocabulary();
  std::ifstream lines(file);
  std::int64_t samples = 0;
  RequestId id = 0;
  const auto began = std::chrono::steady_clock::now();
  for (std::string line; std::getline(lines, line); ++id) {
    const auto text = sheaf::json::parse(line).value();
    GenerationRequest request{.prompt = {},
                              .max_tokens = 512,
                              .sampling = {.temperature = 0},
                              .stops = {text_of(text, "stop")},
                              .grammar = {},
                              .top_logprobs = {}};
    const auto mark = apart ? fmt::format("{} ", id) : std::string();
    vocabulary.append(request.prompt, mark + text_of(text, "prompt"), Vocabulary::Special::as_text);
    if (const auto added = engine->add(id, std::move(request)); !added) std::exit(1);
    samples += std::ssize(*text.find("values")->array());
  }
  drain(*engine);
  fmt::print("{{\"seconds\": {}, \"samples\": {}}}\n", seconds_since(began), samples);
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const std::string_view what = words[2];
  if (what == "samples") {
    measure_samples(words[1], words[3], std::string_view(words[4]) == "apart");
  } else {
    measure(words[1], what == "decode", std::atoll(words[3]), std::atoi(words[4]));
  }
  return 0;
}
