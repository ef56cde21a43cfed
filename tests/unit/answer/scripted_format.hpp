// A format whose decoding is told in advance, so that settling is tested alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "format/batch_format.hpp"

namespace sheaf::answer {

class ScriptedFormat : public format::BatchFormat {
 public:
  explicit ScriptedFormat(format::Decoded decoded) : decoded_(std::move(decoded)) {}

  std::string contexts(std::span<const format::SampleText> /*samples*/,
                       format::Keys /*keys*/) const override {
    return {};
  }
  std::string answers(std::span<const std::string> /*texts*/,
                      format::Keys /*keys*/) const override {
    return {};
  }
  std::string primed(format::Keys /*keys*/) const override { return {}; }
  std::string closing_line(int /*size*/) const override { return {}; }
  std::string contract() const override { return {}; }
  std::string grammar(std::span<const std::string> /*rules*/, format::Keys /*keys*/,
                      bool /*primed*/) const override {
    return {};
  }
  std::int64_t overhead_tokens_per_answer() const override { return 0; }

  format::Decoded decode(const format::Reply& reply) const override {
    seen_text = reply.text;
    seen_end = reply.end;
    return decoded_;
  }

  mutable std::string seen_text;
  mutable format::ReplyEnd seen_end = format::ReplyEnd::complete;

 private:
  format::Decoded decoded_;
};

}  // namespace sheaf::answer
