// Many replies at once from one model: continuous batching over sequences that share beginnings.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sheaf/error.hpp>

#include "llama/generation.hpp"
#include "llama/model.hpp"
#include "llama/placement.hpp"
#include "llama/reply_text.hpp"
#include "llama/sampler.hpp"
#include "llama/vocabulary.hpp"

struct llama_context;

namespace sheaf::llama {

struct EngineOptions {
  int sequences = 1;   ///< Replies at once, at most; from 1 to 64.
  int context = 4096;  ///< Tokens of one prompt and its reply, at most.
  /// Tokens of all of them in memory at once; at least `context`. See context_cells.
  std::uint32_t cells = 4096;
  int threads = 1;
};

using RequestId = std::uint64_t;

/// A request that ended. Error (stopped): the computation failed.
struct Finished {
  RequestId id = 0;
  Expected<Generation> generation;
};

/// Requests are taken in order. Each step computes one batch: the next token of every reply, and as
/// much of the prompts as fits. What prompts share is computed once, be it of requests under way or
/// of earlier ones whose cells are still there. At temperature 0 a reply depends on its prompt
/// alone, but for the rounding of sums, which may differ with what else is in the batch.
/// Single-threaded.
class Engine {
 public:
  /// Error (usage): the model is none that writes texts, or was not made for so long ones. Error
  /// (unavailable): too little memory.
  static Expected<std::unique_ptr<Engine>> open(std::shared_ptr<const Model> model,
                                                const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// `id` is new. Preconditions: the prompt is not empty, and it and `max_tokens` are no more than
  /// the context. Error (usage): the grammar is none.
  Expected<void> add(RequestId id, GenerationRequest request);
  /// Forgets a request; nothing happens when it is unknown.
  void cancel(RequestId id);
  bool idle() const { return active_ == 0 && waiting_.empty(); }
  /// Computes one batch, if there is anything to compute.
  std::vector<Finished> step();

  const Vocabulary& vocabulary() const { return vocabulary_; }
  int context() const { return options_.context; }

 private:
  struct Free {
    void operator()(llama_context* context) const noexcept;
  };
  using Context = std::unique_ptr<llama_context, Free>;

  struct Work {
    RequestId id = 0;
    GenerationRequest request;
    Sampler sampler;
    ReplyText text;
    std::int64_t cached = 0;
    std::int64_t produced = 0;
    std::vector<ChosenToken> tokens;
    bool is_paused = false;  ///< Until another ends, whose cells it needs.
  };
  /// Of the tokens that one sequence has in a batch.
  struct Part {
    std::size_t sequence = 0;
    std::size_t count = 0;
    int logits_at = -1;  ///< Of its last token, if that is the last one wanted.
  };
  class Batch;

  Engine(std::shared_ptr<const Model> model, const EngineOptions& options, Context context);

  void admit();
  void keep_shared(std::span<const Token> prompt);
  void take(const Placement& placement, Work work);
  std::vector<Part> fill();
  bool make_room();
  std::vector<Finished> give_up(const std::string& why);
  std::optional<Finished> advance(const Part& part);
  Finished finish(std::size_t sequence, FinishReason reason);
  void release(std::size_t sequence);
  void forget(std::size_t sequence, std::size_t from);

  std::shared_ptr<const Model> model_;
  EngineOptions options_;
  Vocabulary vocabulary_;
  bool shares_;  ///< Whether a beginning can be taken from another sequence.
  Context context_;
  std::unique_ptr<Batch> batch_;
  std::vector<Sequence> sequences_;
  std::vector<std::optional<Work>> works_;  ///< By sequence.
  std::deque<Work> waiting_;
  int active_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace sheaf::llama
