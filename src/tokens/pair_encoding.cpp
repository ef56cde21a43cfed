#include "tokens/pair_encoding.hpp"

#include <string>
#include <utility>

namespace sheaf::tokens {

class PairEncoding::Pairs {
 public:
  explicit Pairs(const PairTable& merges) : merges_(merges) {}
  std::optional<Merged> operator()(const Symbol& left, const Symbol& right) const {
    return merges_.find(left.token, right.token);
  }

 private:
  const PairTable& merges_;
};

/// Reads one text; `tokens` of it go to the vector, or are counted where there is none.
class PairEncoding::Reader {
 public:
  Reader(const PairEncoding& encoding, std::vector<TokenId>* tokens)
      : parts_(encoding.parts_),
        alone_(encoding.alone_),
        tokens_(tokens),
        merger_(Pairs(encoding.parts_.merges)) {}

  std::int64_t read(std::string_view text) {
    each_section(parts_.added, text, [&](std::string_view section, std::size_t begin) {
      const auto normalized = parts_.normalizer.apply(section, normalized_);
      each_section(parts_.added_normalized, normalized,
                   [&](std::string_view inner, std::size_t inner_begin) {
                     words(inner, begin == 0 && inner_begin == 0);
                   });
    });
    return count_;
  }

 private:
  void add(TokenId token) {
    ++count_;
    if (tokens_ != nullptr) tokens_->push_back(token);
  }

  template <class Use>
  void each_section(const AddedTokens& added, std::string_view text, Use use) {
    std::size_t at = 0;
    while (const auto match = added.next(text, at)) {
      if (match->begin > at) use(text.substr(at, match->begin - at), at);
      add(match->token);
      at = match->end;
    }
    if (at < text.size()) use(text.substr(at), at);
  }

  void words(std::string_view section, bool is_first) {
    const auto text = parts_.pre_tokenizer.marked(section, is_first, marked_);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = parts_.pre_tokenizer.word_end(text, at);
      word(text.substr(at, end - at));
      at = end;
    }
  }

  void word(std::string_view word) {
    if (parts_.takes_words_whole) {
      if (const auto whole = parts_.vocabulary.rank_of(word)) return add(*whole);
    }
    if (parts_.byte_level) {
      for (const char c : word) symbol(alone_[static_cast<unsigned char>(c)], {});
    } else {
      for (std::size_t at = 0; at < word.size();) {
        const auto character = word.substr(at, character_bytes(word, at));
        symbol(parts_.vocabulary.rank_of(character), character);
        at += character.size();
      }
    }
    end_unknown();
    merge();
  }

  void merge() {
    merger_.merge(symbols_);
    for (const auto& symbol : symbols_) add(symbol.token);
    symbols_.clear();
  }

  static std::size_t character_bytes(std::string_view word, std::size_t at) {
    auto end = at + 1;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) ++end;
    return end - at;
  }

  /// A symbol with its token, or without one the character that it is.
  void symbol(std::optional<TokenId> token, std::string_view character) {
    if (token) {
      end_unknown();
      return push(*token);
    }
    if (fall_back(character)) return;
    if (!parts_.fuses_unknown) end_unknown();
    unknown_ = parts_.unknown.has_value();
  }

  /// Whether all bytes of `character` have tokens. An unknown before them comes behind them, as in
  /// the reference.
  bool fall_back(std::string_view character) {
    if (character.empty()) return false;
    for (const char c : character) {
      if (!parts_.bytes[static_cast<unsigned char>(c)]) return false;
    }
    for (const char c : character) push(*parts_.bytes[static_cast<unsigned char>(c)]);
    return true;
  }

  void end_unknown() {
    if (unknown_) push(*parts_.unknown);
    unknown_ = false;
  }

  /// Symbols are numbered: their places in the word tell the merger nothing more.
  void push(TokenId token) {
    if (parts_.joints && !symbols_.empty() && !parts_.joints->find(symbols_.back().token, token)) {
      merge();
    }
    const auto at = static_cast<std::uint32_t>(symbols_.size());
    symbols_.push_back({at, at + 1, token});
  }

  const Parts& parts_;
  const std::array<std::optional<TokenId>, 256>& alone_;
  std::vector<TokenId>* tokens_;
  std::int64_t count_ = 0;
  Merger<Pairs> merger_;
  std::vector<Symbol> symbols_;
  bool unknown_ = false;  ///< The last symbols are unknown, and not yet there.
  std::string normalized_;
  std::string marked_;
};

PairEncoding::PairEncoding(Parts parts) : parts_(std::move(parts)) {
  for (std::size_t byte = 0; byte < alone_.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    alone_[byte] = parts_.vocabulary.rank_of({&c, 1});
  }
}

void PairEncoding::encode(std::string_view text, std::vector<TokenId>& tokens) const {
  Reader(*this, &tokens).read(text);
}

std::int64_t PairEncoding::count(std::string_view text) const {
  return Reader(*this, nullptr).read(text);
}

}  // namespace sheaf::tokens
