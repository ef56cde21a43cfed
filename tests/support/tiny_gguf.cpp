#include "support/tiny_gguf.hpp"

#include <cmath>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/text.hpp"

namespace sheaf::testing {
namespace {

constexpr std::size_t alignment = 32;
constexpr std::uint32_t float32_tensor = 0;
constexpr std::uint32_t vocabulary = 258;
/// Of layers that keep a state: tokens that a convolution sees, and what a mamba is made of.
constexpr std::uint32_t convolved = 3;
constexpr std::uint32_t state_size = 8;
constexpr std::uint32_t state_rank = 4;

/// The numbers by which GGUF tells types of values.
template <class T>
constexpr std::uint32_t type_of = 8;
template <>
constexpr std::uint32_t type_of<std::uint32_t> = 4;
template <>
constexpr std::uint32_t type_of<std::int32_t> = 5;
template <>
constexpr std::uint32_t type_of<float> = 6;
template <>
constexpr std::uint32_t type_of<bool> = 7;
constexpr std::uint32_t array_type = 9;

void pad(std::string& bytes) {
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
}

/// Numbers as the machine has them, which is little-endian here as in GGUF.
template <class T>
void put(std::string& out, const T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else {
    put(out, std::uint64_t{std::string_view(value).size()});
    out += value;
  }
}

class Writer {
 public:
  template <class T>
  void value(std::string_view key, const T& value) {
    begin(key, type_of<T>);
    put(values_, value);
  }

  template <class T>
  void list(std::string_view key, const std::vector<T>& items) {
    begin(key, array_type);
    put(values_, type_of<T>);
    put(values_, std::uint64_t{items.size()});
    for (const auto& item : items) put(values_, item);
  }

  void tensor(const std::string& name, std::uint64_t columns, std::uint64_t rows,
              std::span<const float> weights) {
    ++tensors_;
    put(infos_, name);
    put(infos_, std::uint32_t{rows == 1 ? 1U : 2U});
    put(infos_, columns);
    if (rows != 1) put(infos_, rows);
    put(infos_, float32_tensor);
    put(infos_, std::uint64_t{data_.size()});
    data_.append(reinterpret_cast<const char*>(weights.data()), weights.size_bytes());
    pad(data_);
  }

  std::string bytes() const {
    std::string out = "GGUF";
    put(out, std::uint32_t{3});
    put(out, tensors_);
    put(out, keys_);
    out += values_ + infos_;
    pad(out);
    return out + data_;
  }

 private:
  void begin(std::string_view key, std::uint32_t type) {
    ++keys_;
    put(values_, key);
    put(values_, type);
  }

  std::uint64_t keys_ = 0;
  std::uint64_t tensors_ = 0;
  std::string values_;
  std::string infos_;
  std::string data_;
};

/// Each byte by the character that GPT-2's vocabulary writes for it: itself where it prints, else
/// one from U+0100 on, in order.
std::vector<std::string> byte_tokens() {
  std::vector<std::string> tokens;
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool prints =
        (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte != 0xad && byte <= 0xff);
    text::append_utf8(tokens.emplace_back(), prints ? byte : next++);
  }
  return tokens;
}

void put_tokenizer(Writer& file) {
  auto tokens = byte_tokens();
  std::vector<std::int32_t> kinds(tokens.size(), 1);
  for (const char* const special : {"<s>", "</s>"}) {
    tokens.emplace_back(special);
    kinds.push_back(3);
  }
  file.value("tokenizer.ggml.model", std::string("gpt2"));
  file.value("tokenizer.ggml.pre", std::string("gpt-2"));
  file.list("tokenizer.ggml.tokens", tokens);
  file.list("tokenizer.ggml.token_type", kinds);
  file.list("tokenizer.ggml.merges", std::vector<std::string>{});
  file.value("tokenizer.ggml.bos_token_id", std::uint32_t{256});
  file.value("tokenizer.ggml.eos_token_id", std::uint32_t{257});
  file.value("tokenizer.ggml.add_bos_token", true);
}

class Weights {
 public:
  Weights(Writer& file, const TinyGguf& model)
      : file_(file), model_(model), random_(model.seed), width_(model.width) {}

  void put() {
    const bool is_lfm2 = model_.architecture == "lfm2";
    matrix("token_embd.weight", width_, vocabulary);
    for (std::uint32_t i = 0; i < model_.layers; ++i) {
      layer_ = "blk." + std::to_string(i) + ".";
      norm(layer_ + "attn_norm.weight", width_);
      if (model_.architecture == "mamba") {
        mamba();
        continue;
      }
      if (is_lfm2 && i % 2 == 0) {
        convolution();
      } else {
        attention(is_lfm2);
      }
      norm(layer_ + "ffn_norm.weight", width_);
      matrix(layer_ + "ffn_gate.weight", width_, model_.inner_width);
      matrix(layer_ + "ffn_up.weight", width_, model_.inner_width);
      matrix(layer_ + "ffn_down.weight", model_.inner_width, width_);
    }
    norm(is_lfm2 ? "token_embd_norm.weight" : "output_norm.weight", width_);
    matrix("output.weight", width_, vocabulary);
  }

 private:
  void matrix(const std::string& name, std::uint64_t columns, std::uint64_t rows) {
    const double reach = 2 * std::sqrt(3.0 / static_cast<double>(columns));
    std::vector<float> weights(columns * rows);
    for (auto& weight : weights) {
      weight = static_cast<float>(reach * (2 * random_.uniform() - 1));
    }
    file_.tensor(name, columns, rows, weights);
  }

  void norm(const std::string& name, std::uint64_t width) {
    file_.tensor(name, width, 1, std::vector<float>(width, 1.0F));
  }

  void attention(bool has_norms) {
    const auto head = width_ / model_.heads;
    const auto keys = head * model_.heads_of_keys;
    matrix(layer_ + "attn_q.weight", width_, width_);
    matrix(layer_ + "attn_k.weight", width_, keys);
    matrix(layer_ + "attn_v.weight", width_, keys);
    matrix(layer_ + "attn_output.weight", width_, width_);
    if (!has_norms) return;
    norm(layer_ + "attn_q_norm.weight", head);
    norm(layer_ + "attn_k_norm.weight", head);
  }

  void convolution() {
    matrix(layer_ + "shortconv.conv.weight", convolved, width_);
    matrix(layer_ + "shortconv.in_proj.weight", width_, 3 * width_);
    matrix(layer_ + "shortconv.out_proj.weight", width_, width_);
  }

  void mamba() {
    const auto inner = 2 * width_;
    matrix(layer_ + "ssm_in.weight", width_, 2 * inner);
    matrix(layer_ + "ssm_conv1d.weight", convolved, inner);
    matrix(layer_ + "ssm_conv1d.bias", inner, 1);
    matrix(layer_ + "ssm_x.weight", inner, state_rank + 2 * state_size);
    matrix(layer_ + "ssm_dt.weight", state_rank, inner);
    matrix(layer_ + "ssm_dt.bias", inner, 1);
    // What is kept decays.
    file_.tensor(layer_ + "ssm_a", state_size, inner,
                 std::vector<float>(state_size * inner, -0.1F));
    matrix(layer_ + "ssm_d", inner, 1);
    matrix(layer_ + "ssm_out.weight", inner, width_);
  }

  Writer& file_;
  const TinyGguf& model_;
  Random random_;
  std::uint64_t width_;
  std::string layer_;  ///< The beginning of its tensors' names.
};

}  // namespace

std::string TinyGguf::bytes() const {
  Writer file;
  const auto key = [&](std::string_view name) { return architecture + "." + std::string(name); };
  file.value("general.architecture", architecture);
  file.value(key("context_length"), context);
  file.value(key("embedding_length"), width);
  file.value(key("block_count"), layers);
  file.value(key("feed_forward_length"), inner_width);
  file.value(key("attention.head_count"), heads);
  if (architecture == "lfm2") {
    std::vector<std::int32_t> by_layer(layers, 0);
    for (std::size_t i = 1; i < layers; i += 2) {
      by_layer[i] = static_cast<std::int32_t>(heads_of_keys);
    }
    file.list(key("attention.head_count_kv"), by_layer);
    file.value(key("shortconv.l_cache"), convolved);
  } else {
    file.value(key("attention.head_count_kv"), heads_of_keys);
  }
  if (architecture == "mamba") {
    file.value(key("ssm.conv_kernel"), convolved);
    file.value(key("ssm.inner_size"), 2 * width);
    file.value(key("ssm.state_size"), state_size);
    file.value(key("ssm.time_step_rank"), state_rank);
  }
  file.value(key("attention.layer_norm_rms_epsilon"), 1e-5F);
  file.value(key("rope.dimension_count"), width / heads);
  file.value(key("vocab_size"), vocabulary);
  if (tokenizer) {
    put_tokenizer(file);
  } else {
    file.value("tokenizer.ggml.model", std::string("none"));
  }
  if (!chat_template.empty()) file.value("tokenizer.chat_template", chat_template);
  Weights(file, *this).put();
  return file.bytes();
}

}  // namespace sheaf::testing
