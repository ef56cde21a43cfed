#include "llama/local_transport.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "llama/wire.hpp"

namespace sheaf::llama {
namespace {

using transport::FinishedTransfer;
using transport::TransferId;

class LocalTransport final : public transport::Transport {
 public:
  LocalTransport(std::unique_ptr<Engine> engine, std::optional<ChatTemplate> chat)
      : engine_(std::move(engine)), chat_(std::move(chat)) {}

  void start(TransferId id, const HttpRequest& request) override {
    auto read = read_request(request);
    if (!read) return answer(id, std::move(read.error()));
    if (auto refused = begin(id, *read)) return answer(id, std::move(*refused));
    requests_.emplace(id, std::move(*read));
  }

  void cancel(TransferId id) override {
    if (requests_.erase(id) == 0) return;
    engine_->cancel(id);
    finished_.push_back({id, TransportFault{.kind = TransportFaultKind::cancelled,
                                            .detail = "cancelled",
                                            .maybe_served = true}});
  }

  std::vector<FinishedTransfer> poll(Millis wait) override {
    const auto until = std::chrono::steady_clock::now() + wait;
    while (finished_.empty() && !engine_->idle()) {
      for (auto& ended : engine_->step()) end(std::move(ended));
      if (take_wake() || std::chrono::steady_clock::now() >= until) break;
    }
    if (finished_.empty() && engine_->idle()) sleep_until(until);
    return std::exchange(finished_, {});
  }

  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    woken_.notify_one();
  }

 private:
  /// The refusal, if it is refused.
  std::optional<HttpResponse> begin(TransferId id, WireRequest& request) {
    if (request.is_chat && !chat_) return refusal(400, "", "the model's file has no chat template");
    auto generation = request.generation;
    generation.prompt = tokens_of(request);
    const auto room = engine_->context() - std::ssize(generation.prompt);
    if (generation.prompt.empty()) return refusal(400, "", "the prompt is empty");
    if (room < 1) {
      return refusal(400, "context_length_exceeded",
                     fmt::format("the prompt has {} tokens, and the context of {} must hold a "
                                 "reply too",
                                 generation.prompt.size(), engine_->context()));
    }
    generation.max_tokens = std::min<std::int64_t>(request.max_tokens.value_or(room), room);
    const auto added = engine_->add(id, std::move(generation));
    if (!added) return refusal(400, "", added.error().message);
    return std::nullopt;
  }

  std::vector<Token> tokens_of(const WireRequest& request) const {
    const auto& vocabulary = engine_->vocabulary();
    if (request.is_chat) return chat_->tokens(vocabulary, request.messages);
    std::vector<Token> tokens;
    vocabulary.append_beginning(tokens);
    vocabulary.append(tokens, request.prompt, Vocabulary::Special::as_text);
    return tokens;
  }

  void end(Finished ended) {
    const auto found = requests_.find(ended.id);
    if (ended.generation) {
      answer(ended.id, write_reply(found->second, *ended.generation));
    } else {
      answer(ended.id, refusal(500, "", ended.generation.error().message));
    }
    requests_.erase(found);
  }

  void answer(TransferId id, HttpResponse response) {
    finished_.push_back({id, std::move(response)});
  }

  bool take_wake() {
    const std::lock_guard lock(mutex_);
    return std::exchange(is_woken_, false);
  }

  void sleep_until(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    woken_.wait_until(lock, until, [this] { return is_woken_; });
    is_woken_ = false;
  }

  std::unique_ptr<Engine> engine_;
  std::optional<ChatTemplate> chat_;
  std::map<TransferId, WireRequest> requests_;  ///< Under way.
  std::vector<FinishedTransfer> finished_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_woken_ = false;
};

}  // namespace

std::unique_ptr<transport::Transport> make_local_transport(std::unique_ptr<Engine> engine,
                                                           std::optional<ChatTemplate> chat) {
  return std::make_unique<LocalTransport>(std::move(engine), std::move(chat));
}

}  // namespace sheaf::llama
