#include "simulate/prompt_reader.hpp"

#include <optional>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::string_view blank_line = "\n\n";
constexpr std::string_view indent = "    ";

using format::Keys;

std::unexpected<std::string> not_understood(std::string what) {
  return std::unexpected(std::move(what));
}

std::string quoted(std::string_view text) { return "'" + text::display_safe(text, 60) + "'"; }

std::string label_of(std::string_view label, Keys keys, std::size_t index) {
  if (keys == Keys::plain) return fmt::format("{}:", label);
  return fmt::format("{}[{}]:", label, index);
}

}  // namespace

/// Lines with the indented ones that belong to them.
class PromptReader::Lines {
 public:
  explicit Lines(std::string_view text) : left_(text) {}

  bool empty() const { return done_; }
  std::string_view front() const { return left_.substr(0, end()); }
  void pop() {
    const auto size = end();
    done_ = size == left_.size();
    left_.remove_prefix(done_ ? size : size + 1);
  }

 private:
  std::size_t end() const {
    auto at = left_.find('\n');
    while (at != left_.npos && left_.substr(at + 1).starts_with(indent)) {
      at = left_.find('\n', at + 1);
    }
    return at == left_.npos ? left_.size() : at;
  }

  std::string_view left_;
  bool done_ = false;
};

PromptReader::PromptReader(const task::Task& task, const format::BatchFormat& format)
    : labels_(task::field_labels(task)), format_(format) {}

std::expected<ReadBatch, std::string> PromptReader::read(Api api, std::string_view text) const {
  return api == Api::completions ? read_completion(text) : read_chat(text);
}

std::expected<Fingerprint, std::string> PromptReader::fingerprint(
    const format::SampleText& sample) const {
  const auto contexts = format_.contexts({&sample, 1}, Keys::plain);
  const auto batch = split(contexts);
  if (!batch) return std::unexpected(batch.error());
  if (batch->samples.size() != 1 || batch->keys != Keys::plain) {
    return not_understood("one sample reads as several");
  }
  return batch->samples.front();
}

std::expected<ReadBatch, std::string> PromptReader::read_chat(std::string_view text) const {
  const auto blank = text.find(blank_line);
  auto batch = split(text.substr(0, blank));
  if (!batch || blank == text.npos) return batch;
  const auto closing = text.substr(blank + blank_line.size());
  if (closing != format_.closing_line(static_cast<int>(batch->samples.size()))) {
    return not_understood(
        fmt::format("behind the {} samples stands {}", batch->samples.size(), quoted(closing)));
  }
  return batch;
}

std::expected<ReadBatch, std::string> PromptReader::read_completion(std::string_view text) const {
  const auto blank = text.rfind(blank_line);
  auto test = blank == text.npos ? text : text.substr(blank + blank_line.size());
  for (const auto keys : {Keys::indexed, Keys::plain}) {
    const auto primed = "\n" + format_.primed(keys);
    if (!test.ends_with(primed)) continue;
    auto batch = split(test.substr(0, test.size() - primed.size()));
    if (batch && batch->keys != keys) return not_understood("the last label's key does not fit");
    return batch;
  }
  return not_understood("the prompt does not end with " + quoted(format_.primed(Keys::indexed)) +
                        " or " + quoted(format_.primed(Keys::plain)));
}

std::expected<ReadBatch, std::string> PromptReader::split(std::string_view contexts) const {
  const auto first_key = label_of(labels_.front(), Keys::indexed, 1);
  ReadBatch batch{.keys = contexts.starts_with(first_key) ? Keys::indexed : Keys::plain,
                  .contexts = contexts,
                  .samples = {}};
  Lines lines(contexts);
  do {
    auto sample = read_sample(lines, batch.keys, batch.samples.size() + 1);
    if (!sample) return std::unexpected(std::move(sample.error()));
    batch.samples.push_back(*sample);
  } while (!lines.empty() && batch.keys == Keys::indexed);
  if (!lines.empty()) return not_understood("behind the sample stands " + quoted(lines.front()));
  return batch;
}

std::expected<Fingerprint, std::string> PromptReader::read_sample(Lines& lines, Keys keys,
                                                                  std::size_t index) const {
  Hasher hasher;
  for (const auto& name : labels_) {
    const auto label = label_of(name, keys, index);
    auto line = lines.empty() ? std::string_view() : lines.front();
    if (!line.starts_with(label)) {
      return not_understood(fmt::format("{} stands where {} should", quoted(line), quoted(label)));
    }
    line.remove_prefix(label.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    hasher.add(line);
    lines.pop();
  }
  return hasher.finish();
}

}  // namespace sheaf::simulate
