#include "simulate/prefix_cache.hpp"

#include "simulate/automatic_cache.hpp"
#include "simulate/breakpoint_cache.hpp"

namespace sheaf::simulate {
namespace {

class NoCache final : public PrefixCache {
 public:
  CacheUse use(const ModelRequest&, Time, Time) override { return {}; }
};

}  // namespace

std::unique_ptr<PrefixCache> make_prefix_cache(SimulatedCache rule, const CacheSettings& settings) {
  switch (rule) {
    case SimulatedCache::none:
      break;
    case SimulatedCache::openai_automatic:
      return std::make_unique<AutomaticCache>(settings);
    case SimulatedCache::openai_breakpoints:
      return std::make_unique<BreakpointCache>(BreakpointCache::openai, settings);
    case SimulatedCache::anthropic:
      return std::make_unique<BreakpointCache>(BreakpointCache::anthropic, settings);
  }
  return std::make_unique<NoCache>();
}

}  // namespace sheaf::simulate
