#include "requests/request_format.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/exchange.hpp"
#include "provider/reply.hpp"
#include "requests/packed_body.hpp"
#include "requests/request.hpp"
#include "requests/request_provider.hpp"

namespace sheaf::requests {
namespace {

using format::SampleText;

std::string_view field(const SampleText& sample, std::size_t place) {
  return place < sample.fields.size() ? std::string_view(sample.fields[place].text)
                                      : std::string_view();
}
std::string_view path_of(const SampleText& sample) { return field(sample, 0); }
std::string_view body_of(const SampleText& sample) { return field(sample, 1); }
std::string_view text_of(const SampleText& sample) { return field(sample, 2); }

/// A packed reply: what was written, and whether to its end.
struct Written {
  std::string text;
  format::ReplyEnd end = format::ReplyEnd::complete;
};

Written written_in(std::string_view response) {
  auto completion = provider::read_completion(member_text(response, "body"), Api::chat);
  if (!completion) return {};
  Written written{std::move(completion->text)};
  if (completion->finish == FinishReason::length) written.end = format::ReplyEnd::cut_at_cap;
  if (completion->finish == FinishReason::refused) written.end = format::ReplyEnd::refused;
  return written;
}

class RequestFormat final : public format::BatchFormat {
 public:
  explicit RequestFormat(PackingLimits limits) : limits_(limits), packed_(make_packed_format()) {}

  /// A sample without a body, as one is measured by, is nothing. With its key a single one is what
  /// it adds to a prompt that has its group's beginning.
  std::string contexts(std::span<const SampleText> samples, format::Keys keys) const override {
    const auto& first = samples.front();
    if (body_of(first).empty()) return {};
    if (samples.size() == 1) {
      const bool adds = keys == format::Keys::indexed && !text_of(first).empty();
      return adds ? std::string(text_of(first)) : wire_text(path_of(first), body_of(first));
    }
    std::vector<std::string_view> texts;
    for (const auto& sample : samples) texts.push_back(text_of(sample));
    return wire_text(path_of(first),
                     packed_body(body_of(first), texts, *packed_, limits_.most_output));
  }

  /// There are no exemplars but those within a body.
  std::string answers(std::span<const std::string>, format::Keys) const override { return {}; }
  std::string primed(format::Keys) const override { return {}; }
  std::string closing_line(int) const override { return {}; }
  std::string contract() const override { return {}; }
  std::string grammar(std::span<const std::string>, format::Keys, bool) const override {
    return {};
  }

  format::Decoded decode(const format::Reply& reply) const override {
    if (reply.samples.size() == 1) {
      return {.answers = {{.index = 1,
                           .status = format::KeyStatus::ok,
                           .text = std::string(reply.text)}},
              .any_key = true};
    }
    const auto written = written_in(reply.text);
    std::vector<SampleText> samples;
    for (const auto& sample : reply.samples) samples.push_back(packed_sample(text_of(sample)));
    return packed_->decode(
        {.text = written.text, .end = written.end, .keys = reply.keys, .samples = samples});
  }

  std::int64_t overhead_tokens_per_answer() const override {
    return limits_.answer + packed_->overhead_tokens_per_answer();
  }

 private:
  PackingLimits limits_;
  std::unique_ptr<format::BatchFormat> packed_;
};

}  // namespace

std::unique_ptr<format::BatchFormat> make_request_format(PackingLimits limits) {
  return std::make_unique<RequestFormat>(limits);
}

}  // namespace sheaf::requests
