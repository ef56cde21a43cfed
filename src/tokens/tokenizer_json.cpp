#include "tokens/tokenizer_json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "tokens/byte_letters.hpp"
#include "tokens/pair_encoding.hpp"
#include "tokens/tokenizer_json_rules.hpp"

namespace sheaf::tokens {
namespace {

template <class... Args>
std::unexpected<std::string> wrong(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

std::string shown(std::string_view token) { return text::display_safe(token, 40); }

/// The tokens by their texts as the file has them, which it must outlive.
using Ids = std::unordered_map<std::string_view, TokenId>;

/// The two tokens of a merge, likewise.
using Halves = std::pair<std::string_view, std::string_view>;

class File {
 public:
  explicit File(const json::Value& file) : file_(file) {}

  Read<PairEncoding::Parts> parts() {
    auto read = check_members();
    if (read) read = read_flags();
    if (read) read = read_rules();
    if (read) read = read_vocabulary();
    if (read) read = read_fallback();
    if (read) read = read_merges();
    if (read) read = read_added_tokens();
    if (!read) return std::unexpected(std::move(read.error()));
    return std::move(parts_);
  }

 private:
  static Read<void> must_be_empty(const json::Value& model, std::string_view key) {
    const auto* member = model.find(key);
    if (member == nullptr || member->is_null()) return {};
    if (member->string() != nullptr && member->string()->empty()) return {};
    return wrong("the model has a `{}`, which sheaf cannot follow", key);
  }

  Read<void> check_members() {
    if (auto known = only_members(file_, "the file",
                                  {"version", "truncation", "padding", "added_tokens", "normalizer",
                                   "pre_tokenizer", "post_processor", "decoder", "model"});
        !known) {
      return known;
    }
    const auto* version = file_.find("version");
    if (version == nullptr || version->string() == nullptr || *version->string() != "1.0") {
      return wrong("the file's `version` is not \"1.0\"");
    }
    model_ = file_.find("model");
    if (model_ == nullptr || model_->object() == nullptr) return wrong("the file has no `model`");
    const auto* type = model_->find("type");
    if (type == nullptr || type->string() == nullptr) return wrong("the model has no `type`");
    if (*type->string() != "BPE") {
      return wrong("a model {} is no byte-pair encoding", shown(*type->string()));
    }
    return only_members(
        *model_, "the model",
        {"type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
         "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges"});
  }

  Read<void> read_flags() {
    const auto* dropout = model_->find("dropout");
    if (dropout != nullptr && !dropout->is_null()) {
      return wrong("the model has a `dropout`: it merges by chance");
    }
    for (const auto* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
      if (auto empty = must_be_empty(*model_, key); !empty) return empty;
    }
    const auto fuses = flag(*model_, "the model", "fuse_unk");
    const auto falls_back = flag(*model_, "the model", "byte_fallback");
    const auto whole = flag(*model_, "the model", "ignore_merges");
    for (const auto* read : {&fuses, &falls_back, &whole}) {
      if (!*read) return std::unexpected(read->error());
    }
    parts_.fuses_unknown = *fuses;
    parts_.takes_words_whole = *whole;
    falls_back_ = *falls_back;
    return {};
  }

  Read<void> read_rules() {
    static const json::Value none;
    const auto* normalizer = file_.find("normalizer");
    const auto* pre_tokenizer = file_.find("pre_tokenizer");
    auto steps = read_normalizer(normalizer == nullptr ? none : *normalizer);
    if (!steps) return std::unexpected(std::move(steps.error()));
    auto words = read_pre_tokenizer(pre_tokenizer == nullptr ? none : *pre_tokenizer);
    if (!words) return std::unexpected(std::move(words.error()));
    // "First" would ask where a section stood before it was normalized.
    if (words->pre_tokenizer.marks_spaces && !steps->is_empty()) {
      return wrong("there is a normalizer before the pre-tokenizer Metaspace");
    }
    parts_.normalizer = std::move(*steps);
    parts_.pre_tokenizer = words->pre_tokenizer;
    parts_.byte_level = words->byte_level;
    return {};
  }

  Read<TokenId> read_id(const json::Value& value, std::string_view token) {
    const auto id = value.integer();
    if (!id || *id < 0 || *id > RankTable::most_rank) {
      return wrong("the id of the token {} is no whole number under 16777216", shown(token));
    }
    const auto number = static_cast<TokenId>(*id);
    if (number >= taken_.size()) taken_.resize(number + 1);
    if (taken_[number]) return wrong("two tokens have the id {}", number);
    taken_[number] = true;
    return number;
  }

  Read<void> read_vocabulary() {
    const auto* vocabulary = model_->find("vocab");
    if (vocabulary == nullptr || vocabulary->object() == nullptr) {
      return wrong("the model has no `vocab`");
    }
    std::vector<RankTable::Entry> entries;
    for (const auto& [token, value] : *vocabulary->object()) {
      const auto id = read_id(value, token);
      if (!id) return std::unexpected(id.error());
      if (!ids_.emplace(token, *id).second) {
        return wrong("the token {} is in `vocab` twice", shown(token));
      }
      // One that no word can hold is reached by no text.
      auto bytes = parts_.byte_level ? bytes_of_letters(token) : std::optional(token);
      if (!bytes || bytes->empty()) continue;
      if (bytes->size() > RankTable::most_bytes) {
        return wrong("the token {} has more than {} bytes", *id, RankTable::most_bytes);
      }
      entries.push_back({std::move(*bytes), *id});
    }
    parts_.vocabulary = RankTable(entries);
    return {};
  }

  /// The two tokens of "a b" or ["a", "b"].
  static std::optional<Halves> halves(const json::Value& merge) {
    if (const auto* pair = merge.array()) {
      if (pair->size() != 2 || !(*pair)[0].string() || !(*pair)[1].string()) return std::nullopt;
      return Halves{*(*pair)[0].string(), *(*pair)[1].string()};
    }
    if (merge.string() == nullptr) return std::nullopt;
    const std::string_view both = *merge.string();
    const auto space = both.find(' ');
    if (space == std::string_view::npos || both.find(' ', space + 1) != std::string_view::npos) {
      return std::nullopt;
    }
    return Halves{both.substr(0, space), both.substr(space + 1)};
  }

  std::optional<TokenId> id_of(std::string_view token) const {
    const auto found = ids_.find(token);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
  }

  Read<void> read_merges() {
    const auto* merges = model_->find("merges");
    if (merges == nullptr || merges->array() == nullptr) return wrong("the model has no `merges`");
    std::vector<PairTable::Entry> entries;
    entries.reserve(merges->array()->size());
    for (const auto& merge : *merges->array()) {
      // A line of the older merges.txt that some files kept.
      if (merge.string() != nullptr && merge.string()->starts_with("#version")) continue;
      const auto rank = static_cast<std::uint32_t>(entries.size());
      const auto both = halves(merge);
      if (!both) return wrong("merge {} is not two tokens", rank);
      const auto left = id_of(both->first);
      const auto right = id_of(both->second);
      const auto becomes = id_of(std::string(both->first).append(both->second));
      if (!left || !right || !becomes) {
        return wrong("merge {} names a token that is not in `vocab`", rank);
      }
      entries.push_back({*left, *right, {rank, *becomes}});
      add_joint(*both, entries.back());
    }
    parts_.merges = PairTable(entries);
    if (!parts_.byte_level && !merges_stand_ins_) parts_.joints = table_of(std::move(joints_));
    return {};
  }

  Read<void> read_fallback() {
    stands_in_.resize(taken_.size());
    if (const auto* unknown = model_->find("unk_token"); unknown && !unknown->is_null()) {
      if (unknown->string() != nullptr) parts_.unknown = id_of(*unknown->string());
      if (!parts_.unknown) return wrong("the `unk_token` is not in `vocab`");
      stands_in_[*parts_.unknown] = true;
    }
    if (!falls_back_) return {};
    if (parts_.byte_level) {
      return wrong("the model is byte-level and has `byte_fallback` too");
    }
    for (std::size_t byte = 0; byte < parts_.bytes.size(); ++byte) {
      parts_.bytes[byte] = id_of(fmt::format("<0x{:02X}>", byte));
      if (parts_.bytes[byte]) stands_in_[*parts_.bytes[byte]] = true;
    }
    return {};
  }

  /// A merged token begins and ends with symbols that are its own first and last characters, as
  /// long as no symbol that stands for something else is merged.
  void add_joint(const Halves& halves, const PairTable::Entry& merge) {
    if (stands_in_[merge.left] || stands_in_[merge.right]) merges_stand_ins_ = true;
    if (halves.first.empty() || halves.second.empty()) return;
    const auto before = parts_.vocabulary.rank_of(last_character(halves.first));
    const auto behind = parts_.vocabulary.rank_of(first_character(halves.second));
    if (before && behind) joints_.push_back({*before, *behind, {}});
  }

  static PairTable table_of(std::vector<PairTable::Entry> joints) {
    const auto ends = [](const PairTable::Entry& joint) {
      return std::pair(joint.left, joint.right);
    };
    std::ranges::sort(joints, {}, ends);
    const auto doubled = std::ranges::unique(joints, {}, ends);
    joints.erase(doubled.begin(), doubled.end());
    return PairTable(joints);
  }

  static std::string_view first_character(std::string_view text) {
    return text.substr(0, text::decode_front(text).length);
  }

  static std::string_view last_character(std::string_view text) {
    auto at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
    return text.substr(at);
  }

  Read<void> read_added_tokens() {
    const auto* tokens = file_.find("added_tokens");
    if (tokens == nullptr || tokens->is_null()) return {};
    if (tokens->array() == nullptr) return wrong("`added_tokens` is no list");
    for (const auto& token : *tokens->array()) {
      if (auto read = read_added_token(token); !read) return read;
    }
    parts_.added = AddedTokens(added_);
    parts_.added_normalized = AddedTokens(added_normalized_);
    return {};
  }

  Read<void> read_added_token(const json::Value& token) {
    constexpr std::string_view what = "an added token";
    if (auto known = only_members(
            token, what,
            {"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
        !known) {
      return known;
    }
    const auto* content = token.find("content");
    const auto* id = token.find("id");
    if (!content || !content->string() || content->string()->empty() || !id) {
      return wrong("an added token has no `content` or no `id`");
    }
    for (const auto* key : {"single_word", "lstrip", "rstrip"}) {
      const auto is_set = flag(token, what, key);
      if (!is_set) return std::unexpected(is_set.error());
      if (*is_set) return wrong("the added token {} has `{}`", shown(*content->string()), key);
    }
    const auto special = flag(token, what, "special");
    if (!special) return std::unexpected(special.error());
    const auto normalized = flag(token, what, "normalized", !*special);
    if (!normalized) return std::unexpected(normalized.error());
    return add(*content->string(), *id, *normalized);
  }

  Read<void> add(const std::string& content, const json::Value& id, bool normalized) {
    auto token = id_of(content);
    if (!token) {
      const auto read = read_id(id, content);
      if (!read) return std::unexpected(read.error());
      token = *read;
    } else if (id.integer() != *token) {
      return wrong("the added token {} has another id than in `vocab`", shown(content));
    }
    std::string storage;
    const auto found = normalized ? parts_.normalizer.apply(content, storage) : content;
    if (found.size() > RankTable::most_bytes) {
      return wrong("the added token {} has more than {} bytes", *token, RankTable::most_bytes);
    }
    auto& texts = normalized ? added_normalized_ : added_;
    if (found.empty() || !texts.emplace(found, *token).second) {
      return wrong("the added token {} is empty or another one once normalized", shown(content));
    }
    ids_.emplace(content, *token);
    return {};
  }

  const json::Value& file_;
  const json::Value* model_ = nullptr;
  bool falls_back_ = false;
  Ids ids_;
  std::vector<bool> taken_;      ///< By id.
  std::vector<bool> stands_in_;  ///< By id: for an unknown character, or one of its bytes.
  bool merges_stand_ins_ = false;
  std::vector<PairTable::Entry> joints_;
  AddedTokens::Texts added_;
  AddedTokens::Texts added_normalized_;
  PairEncoding::Parts parts_;
};

}  // namespace

std::expected<std::shared_ptr<const Tokenizer>, std::string> read_tokenizer_json(
    const json::Value& file) {
  auto parts = File(file).parts();
  if (!parts) {
    return wrong(
        "{}; name the tokenizer.json of a model of Llama 3, Qwen, Mistral or Gemma, or "
        "none to have tokens estimated",
        parts.error());
  }
  return std::make_shared<PairEncoding>(std::move(*parts));
}

}  // namespace sheaf::tokens
