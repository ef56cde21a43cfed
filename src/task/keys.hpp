// Every key a task file may hold. The readers take their keys from here and docs/task-file.md
// lists them; a test compares the two.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::task::keys {

using Name = std::string_view;

inline constexpr std::array<Name, 16> top{
    "name",  "instruction", "sample",     "answer", "exemplars", "id",        "gold",  "isolate",
    "batch", "prompt",      "embeddings", "model",  "limits",    "endpoints", "price", "simulated"};
inline constexpr std::array<Name, 9> answer{
    "label",   "type",       "choices",         "reasoning",    "marker",
    "pattern", "max_tokens", "program_failure", "program_steps"};
inline constexpr std::array<Name, 5> batch{"size", "grouping", "format", "exemplars",
                                            "constrain"};
inline constexpr std::array<Name, 3> prompt{"contract", "instruction", "choices_label"};
inline constexpr std::array<Name, 7> embeddings{"model",
                                                "dimensions",
                                                "base_url",
                                                "key_env",
                                                "requests_per_minute",
                                                "tokens_per_minute",
                                                "input_per_million"};
inline constexpr std::array<Name, 10> model{
    "name",        "tokenizer",  "context_tokens",   "max_output_tokens", "api",
    "temperature", "output_cap", "reasoning_tokens", "parameters",        "headers"};
inline constexpr std::array<Name, 3> limits{"requests_per_minute", "tokens_per_minute",
                                            "concurrency"};
inline constexpr std::array<Name, 4> endpoint{"base_url", "key_env", "requests_per_minute",
                                              "tokens_per_minute"};
inline constexpr std::array<Name, 3> price{"input_per_million", "cached_input_per_million",
                                           "output_per_million"};

/// All of them by their full names, sections included: "answer", "answer.label", ...
std::vector<std::string> all();

}  // namespace sheaf::task::keys
