#include "llama/engine.hpp"

#include <algorithm>
#include <span>
#include <string>

#include <fmt/format.h>
#include <llama.h>

#include "llama/log.hpp"

namespace sheaf::llama {
namespace {

/// Tokens of one batch, at most: more make a step longer and hardly a token cheaper.
constexpr std::int32_t batch_tokens = 512;
/// Sequences beyond those under way, so that beginnings of other batch sizes stay.
constexpr int spare_sequences = 2;

llama_seq_id id_of(std::size_t sequence) { return static_cast<llama_seq_id>(sequence); }

Expected<void> check(const Model& model, const EngineOptions& options) {
  const auto* handle = model.handle();
  if (llama_model_has_encoder(handle) || !llama_model_has_decoder(handle) ||
      llama_model_is_diffusion(handle)) {
    return fail(ErrorCode::usage, "it does not write texts token by token");
  }
  const auto trained = llama_model_n_ctx_train(handle);
  if (options.context <= trained) return {};
  return fail(ErrorCode::usage,
              fmt::format("it was made for texts of at most {} tokens, and {} are wanted; lower "
                          "model.context_tokens",
                          trained, options.context));
}

}  // namespace

/// The tokens of one computation, in llama.cpp's form.
class Engine::Batch {
 public:
  explicit Batch(std::int32_t capacity)
      : capacity_(capacity), batch_(llama_batch_init(capacity, 0, 1)) {}
  ~Batch() { llama_batch_free(batch_); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  std::size_t room() const { return static_cast<std::size_t>(capacity_ - batch_.n_tokens); }
  const llama_batch& get() const { return batch_; }
  void clear() { batch_.n_tokens = 0; }

  int add(Token token, std::size_t position, std::size_t sequence, bool wants_logits) {
    const auto at = batch_.n_tokens++;
    batch_.token[at] = token;
    batch_.pos[at] = static_cast<llama_pos>(position);
    batch_.n_seq_id[at] = 1;
    batch_.seq_id[at][0] = id_of(sequence);
    batch_.logits[at] = wants_logits ? 1 : 0;
    return at;
  }

 private:
  std::int32_t capacity_;
  llama_batch batch_;
};

void Engine::Free::operator()(llama_context* context) const noexcept { llama_free(context); }

Expected<std::unique_ptr<Engine>> Engine::open(std::shared_ptr<const Model> model,
                                               const EngineOptions& options) {
  if (auto done = check(*model, options); !done) return std::unexpected(done.error());
  auto params = llama_context_default_params();
  params.n_ctx = options.cells;
  params.n_batch = batch_tokens;
  params.n_ubatch = batch_tokens;
  params.n_seq_max = static_cast<std::uint32_t>(options.sequences + spare_sequences);
  params.n_outputs_max = params.n_seq_max;
  params.n_threads = options.threads;
  params.n_threads_batch = options.threads;
  params.kv_unified = true;
  const LogListener log;
  Context context(llama_init_from_model(model->handle(), params));
  if (!context) {
    return fail(ErrorCode::unavailable,
                fmt::format("llama.cpp cannot open {} sequences of {} tokens: {}",
                            options.sequences, options.context, log.first_error()));
  }
  return std::unique_ptr<Engine>(new Engine(std::move(model), options, std::move(context)));
}

Engine::Engine(std::shared_ptr<const Model> model, const EngineOptions& options, Context context)
    : model_(std::move(model)),
      options_(options),
      vocabulary_(*model_),
      shares_(!llama_model_is_recurrent(model_->handle()) &&
              !llama_model_is_hybrid(model_->handle())),
      context_(std::move(context)),
      batch_(std::make_unique<Batch>(static_cast<std::int32_t>(llama_n_batch(context_.get())))),
      sequences_(static_cast<std::size_t>(options.sequences + spare_sequences)),
      works_(sequences_.size()) {}

Engine::~Engine() = default;

Expected<void> Engine::add(RequestId id, GenerationRequest request) {
  auto sampler = Sampler::make(vocabulary_, request);
  if (!sampler) return std::unexpected(sampler.error());
  ReplyText text(std::move(request.stops));
  waiting_.push_back({.id = id,
                      .request = std::move(request),
                      .sampler = std::move(*sampler),
                      .text = std::move(text),
                      .tokens = {}});
  return {};
}

void Engine::cancel(RequestId id) {
  std::erase_if(waiting_, [id](const Work& work) { return work.id == id; });
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (works_[i] && works_[i]->id == id) release(i);
  }
}

std::vector<Finished> Engine::step() {
  admit();
  std::vector<Part> parts;
  const LogListener log;
  while (true) {
    parts = fill();
    if (parts.empty()) return {};
    const auto result = llama_decode(context_.get(), batch_->get());
    if (result == 0) break;
    // 1: the cells do not suffice.
    if (result != 1 || !make_room()) return give_up(log.first_error());
  }
  std::vector<Finished> finished;
  for (const auto& part : parts) {
    auto& sequence = sequences_[part.sequence];
    const auto from = sequence.wanted.begin() + std::ssize(sequence.computed);
    sequence.computed.insert(sequence.computed.end(), from,
                             from + static_cast<std::ptrdiff_t>(part.count));
    if (part.logits_at < 0) continue;
    if (auto one = advance(part)) finished.push_back(std::move(*one));
  }
  return finished;
}

void Engine::admit() {
  while (!waiting_.empty() && active_ < options_.sequences) {
    const std::span<const Token> whole = waiting_.front().request.prompt;
    const auto prompt = shares_ ? whole : whole.last(1);
    keep_shared(prompt);
    const auto placement = place(sequences_, prompt);
    if (!placement) return;
    take(*placement, std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Engine::keep_shared(std::span<const Token> prompt) {
  mark_shared(sequences_, prompt);
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    if (sequences_[i].is_free()) forget(i, sequences_[i].shared);
  }
}

void Engine::take(const Placement& placement, Work work) {
  auto& target = sequences_[placement.target];
  const auto& source = sequences_[placement.source];
  if (placement.source == placement.target) {
    forget(placement.target, placement.kept);
  } else {
    forget(placement.target, 0);
    llama_memory_seq_cp(llama_get_memory(context_.get()), id_of(placement.source),
                        id_of(placement.target), 0, static_cast<llama_pos>(placement.kept));
    target.computed.assign(source.computed.begin(),
                           source.computed.begin() + static_cast<std::ptrdiff_t>(placement.kept));
  }
  target.wanted = work.request.prompt;
  target.used = ++taken_;
  target.shared = placement.kept;
  work.cached = std::ssize(target.computed);
  works_[placement.target].emplace(std::move(work));
  ++active_;
}

std::vector<Engine::Part> Engine::fill() {
  batch_->clear();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (works_[i] && !works_[i]->is_paused) order.push_back(i);
  }
  const auto missing = [this](std::size_t i) {
    return sequences_[i].wanted.size() - sequences_[i].computed.size();
  };
  // Replies that grow go first, then prompts as they came.
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return std::pair(missing(i) > 1, sequences_[i].used); });
  std::vector<Part> parts;
  for (const auto i : order) {
    const auto count = std::min(missing(i), batch_->room());
    if (count == 0) break;
    const auto& sequence = sequences_[i];
    Part part{i, count, -1};
    for (std::size_t k = 0; k < count; ++k) {
      const auto position = sequence.computed.size() + k;
      const bool is_last = position + 1 == sequence.wanted.size();
      const auto at = batch_->add(sequence.wanted[position], position, i, is_last);
      if (is_last) part.logits_at = at;
    }
    parts.push_back(part);
  }
  return parts;
}

bool Engine::make_room() {
  std::optional<std::size_t> oldest, newest;
  int running = 0;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const auto& sequence = sequences_[i];
    if (sequence.is_free()) {
      if (sequence.computed.empty()) continue;
      if (!oldest || sequence.used < sequences_[*oldest].used) oldest = i;
    } else if (!works_[i]->is_paused) {
      ++running;
      if (!newest || sequence.used > sequences_[*newest].used) newest = i;
    }
  }
  if (oldest) {
    forget(*oldest, 0);
    return true;
  }
  if (running < 2) return false;
  works_[*newest]->is_paused = true;
  forget(*newest, 0);
  return true;
}

std::vector<Finished> Engine::give_up(const std::string& why) {
  const auto message = fmt::format("llama.cpp stopped computing{}{}", why.empty() ? "" : ": ", why);
  std::vector<Finished> finished;
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (!works_[i]) continue;
    finished.push_back({works_[i]->id, fail(ErrorCode::stopped, message)});
    release(i);
  }
  llama_memory_clear(llama_get_memory(context_.get()), /*data=*/false);
  for (auto& sequence : sequences_) sequence.computed.clear();
  return finished;
}

std::optional<Finished> Engine::advance(const Part& part) {
  auto& work = *works_[part.sequence];
  const auto* logits = llama_get_logits_ith(context_.get(), part.logits_at);
  const auto token = work.sampler.next(logits);
  ++work.produced;
  if (const auto top = work.request.top_logprobs) {
    work.tokens.push_back(logprobs_of(vocabulary_, logits, token, *top));
  }
  if (vocabulary_.is_end(token) || work.text.add(vocabulary_.piece(token))) {
    return finish(part.sequence, FinishReason::stop);
  }
  if (work.produced == work.request.max_tokens) return finish(part.sequence, FinishReason::length);
  sequences_[part.sequence].wanted.push_back(token);
  return std::nullopt;
}

Finished Engine::finish(std::size_t sequence, FinishReason reason) {
  auto& work = *works_[sequence];
  Generation generation{.text = work.text.text(),
                        .finish = reason,
                        .usage = {.input_tokens = std::ssize(work.request.prompt),
                                  .cached_input_tokens = work.cached,
                                  .output_tokens = work.produced},
                        .tokens = std::move(work.tokens)};
  Finished finished{work.id, std::move(generation)};
  release(sequence);
  return finished;
}

void Engine::release(std::size_t sequence) {
  works_[sequence].reset();
  sequences_[sequence].wanted.clear();
  --active_;
  for (auto& work : works_) {
    if (work) work->is_paused = false;
  }
}

void Engine::forget(std::size_t sequence, std::size_t from) {
  auto& computed = sequences_[sequence].computed;
  if (from >= computed.size()) return;
  auto* memory = llama_get_memory(context_.get());
  // Memory that is no list of cells cannot lose its end alone.
  if (!llama_memory_seq_rm(memory, id_of(sequence), static_cast<llama_pos>(from), -1)) {
    llama_memory_seq_rm(memory, id_of(sequence), -1, -1);
    from = 0;
  }
  computed.resize(from);
}

}  // namespace sheaf::llama
