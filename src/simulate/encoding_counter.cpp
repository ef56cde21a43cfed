#include "simulate/encoding_counter.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/text.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t most_known = 50'000;
constexpr std::size_t most_known_bytes = 64;

/// Merges as Sennrich, Haddow and Birch have it (arXiv 1508.07909): of all pairs of neighbours the
/// one with the lowest rank, wherever it stands, from the left, until no pair is a token.
class Merge {
 public:
  Merge(std::string_view piece, const RankMap& ranks) : piece_(piece), ranks_(ranks) {
    for (std::uint32_t end = 1; end <= piece.size(); ++end) ends_.push_back(end);
    for (std::size_t i = 0; i < ends_.size(); ++i) pairs_.push_back(rank_behind(i, i + 1));
  }

  std::vector<std::uint32_t> ends() {
    while (true) {
      const auto lowest = *std::ranges::min_element(pairs_);
      if (lowest == no_rank) return std::move(ends_);
      merge_all(lowest);
    }
  }

 private:
  static constexpr auto no_rank = std::numeric_limits<std::uint32_t>::max();

  /// Of the token number `left` and the one that ends at `ends_[right]`, together.
  std::uint32_t rank_behind(std::size_t left, std::size_t right) const {
    if (right >= ends_.size()) return no_rank;
    const std::size_t begin = left == 0 ? 0 : ends_[left - 1];
    const auto found = ranks_.find(piece_.substr(begin, ends_[right] - begin));
    return found == ranks_.end() ? no_rank : found->second;
  }

  /// Once a pair of lower rank comes about, that one is next: the others wait.
  void merge_all(std::uint32_t lowest) {
    std::size_t kept = 0;
    auto lowest_now = lowest;
    for (std::size_t i = 0; i < ends_.size(); ++i, ++kept) {
      const bool merges = pairs_[i] == lowest && lowest_now == lowest;
      if (merges) ++i;
      ends_[kept] = ends_[i];
      pairs_[kept] = merges ? rank_behind(kept, i + 1) : pairs_[i];
      if (!merges) continue;
      if (kept > 0) pairs_[kept - 1] = rank_behind(kept - 1, kept);
      lowest_now = std::min({lowest, pairs_[kept], kept > 0 ? pairs_[kept - 1] : no_rank});
    }
    ends_.resize(kept);
    pairs_.resize(kept);
  }

  std::string_view piece_;
  const RankMap& ranks_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> pairs_;  ///< Rank of the token number i and the next one together.
};

void add_token(CountedPrompt& prompt, std::size_t end) {
  if (++prompt.tokens % tokens_per_step == 0) prompt.steps.push_back(end);
}

/// Tokens that are no text: <|im_start|> and its like.
void add_framing(CountedPrompt& prompt, int tokens) {
  for (; tokens > 0; --tokens) add_token(prompt, prompt.text.size());
}

}  // namespace

EncodingCounter::EncodingCounter(std::string_view encoding, std::shared_ptr<const RankMap> ranks)
    : pattern_(encoding), ranks_(std::move(ranks)) {}

template <class Each>
void EncodingCounter::walk(std::string_view text, Each each) {
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = pattern_.first(text.substr(at));
    for (const auto end : ends_of(piece)) each(at + end);
    at += piece.size();
  }
}

const EncodingCounter::Ends& EncodingCounter::ends_of(std::string_view piece) {
  const auto known = known_.find(piece);
  if (known != known_.end()) return known->second;
  last_ = merged(piece);
  if (piece.size() > most_known_bytes) return last_;
  if (known_.size() >= most_known) known_.clear();
  return known_.emplace(piece, std::move(last_)).first->second;
}

/// A piece that is a token is not merged, whatever merging would give.
EncodingCounter::Ends EncodingCounter::merged(std::string_view piece) const {
  if (ranks_->contains(piece)) return {static_cast<std::uint32_t>(piece.size())};
  return Merge(piece, *ranks_).ends();
}

std::int64_t EncodingCounter::count(std::string_view text) {
  std::int64_t tokens = 0;
  walk(text, [&](std::size_t) { ++tokens; });
  return tokens;
}

void EncodingCounter::add_text(CountedPrompt& prompt, std::string_view text,
                               std::span<const std::size_t> ends) {
  const auto begin = prompt.text.size();
  prompt.text += text;
  const auto end_parts = [&](std::size_t before) {
    while (!ends.empty() && ends.front() < before) {
      prompt.parts.push_back({begin + ends.front(), prompt.tokens});
      ends = ends.subspan(1);
    }
  };
  walk(text, [&](std::size_t end) {
    end_parts(end);
    add_token(prompt, begin + end);
  });
  end_parts(text.size() + 1);
}

CountedPrompt EncodingCounter::chat(std::span<const ChatMessage> messages) {
  CountedPrompt prompt;
  for (const auto& [role, content, ends] : messages) {
    add_framing(prompt, 1);
    add_text(prompt, role, {});
    prompt.text += '\n';
    add_framing(prompt, 1);
    add_text(prompt, content, ends);
    prompt.text += '\n';
    add_framing(prompt, 1);
  }
  constexpr int of_the_reply = 3;
  add_framing(prompt, of_the_reply);
  return prompt;
}

CountedPrompt EncodingCounter::completion(std::string_view prompt) {
  CountedPrompt counted;
  add_text(counted, prompt, {});
  return counted;
}

std::string_view EncodingCounter::beginning(std::string_view text, std::int64_t most) {
  if (std::ssize(text) <= most) return text;  // No token is empty.
  std::vector<std::size_t> ends;
  walk(text, [&](std::size_t end) { ends.push_back(end); });
  if (std::ssize(ends) <= most) return text;
  auto cut = text::beginning(text, ends[static_cast<std::size_t>(most) - 1]);
  // Without the bytes of a character that was cut, its token may be several.
  while (count(cut) > most) cut = text::beginning(cut, cut.size() - 1);
  return cut;
}

std::vector<std::string_view> EncodingCounter::pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  walk(text, [&](std::size_t end) {
    if (text::beginning(text, end).size() != end) return;
    pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  });
  return pieces;
}

}  // namespace sheaf::simulate
