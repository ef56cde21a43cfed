#include "run/ledger.hpp"

#include "store/account.hpp"

namespace sheaf::run {
namespace {

Purpose purpose_of(const store::Attempt& attempt, bool is_retry) {
  if (kind_of(attempt.start) == store::AttemptKind::vectors) return Purpose::vectors;
  if (is_retry) return Purpose::retries;
  return attempt.start.round > 1 ? Purpose::follow_ups : Purpose::first_prompts;
}

}  // namespace

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::first_prompts:
      return "first prompts";
    case Purpose::follow_ups:
      return "follow-ups";
    case Purpose::retries:
      return "retries";
    case Purpose::vectors:
      break;
  }
  return "vectors";
}

TokenKinds::TokenKinds(const Usage& usage)
    : input(usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens),
      cached_input(usage.cached_input_tokens),
      cache_write(usage.cache_write_tokens),
      output(usage.output_tokens - usage.reasoning_tokens),
      reasoning(usage.reasoning_tokens) {}

void Ledger::add(const store::Attempt& attempt, bool is_retry) {
  store::count(parts_[static_cast<std::size_t>(purpose_of(attempt, is_retry))], attempt);
}

}  // namespace sheaf::run
