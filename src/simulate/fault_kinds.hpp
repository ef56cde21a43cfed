// What can go wrong on purpose: the kinds, their names, their rates.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <sheaf/simulate.hpp>

#include "core/random.hpp"

namespace sheaf::simulate {

/// What is wrong with a reply's text. At most one befalls a reply: two can hide each other, as when
/// keys are all one too high and the one key that shows it is cut off.
enum class ContentFault {
  drop,
  swap,
  duplicate,
  conflict,
  renumber,
  preamble,
  echo,
  multi_line,
  cut,
  refuse,
  prose,
  mislabel,
  block,
};

/// What is wrong with the response that carries it.
enum class WireFault { http_429, http_500, http_503, stall, reset, html, half_json };

template <class Fault>
struct FaultKind {
  Fault fault;
  std::string_view name;
  std::optional<double> SimulateOptions::* rate;
};

/// In the order of the enumeration.
inline constexpr std::array content_faults{
    FaultKind{ContentFault::drop, "drop", &SimulateOptions::drop},
    FaultKind{ContentFault::swap, "swap", &SimulateOptions::swap},
    FaultKind{ContentFault::duplicate, "duplicate", &SimulateOptions::duplicate},
    FaultKind{ContentFault::conflict, "conflict", &SimulateOptions::conflict},
    FaultKind{ContentFault::renumber, "renumber", &SimulateOptions::renumber},
    FaultKind{ContentFault::preamble, "preamble", &SimulateOptions::preamble},
    FaultKind{ContentFault::echo, "echo", &SimulateOptions::echo},
    FaultKind{ContentFault::multi_line, "multi_line", &SimulateOptions::multi_line},
    FaultKind{ContentFault::cut, "cut", &SimulateOptions::cut},
    FaultKind{ContentFault::refuse, "refuse", &SimulateOptions::refuse},
    FaultKind{ContentFault::prose, "prose", &SimulateOptions::prose},
    FaultKind{ContentFault::mislabel, "mislabel", &SimulateOptions::mislabel},
    FaultKind{ContentFault::block, "block", &SimulateOptions::block},
};

inline constexpr std::array wire_faults{
    FaultKind{WireFault::http_429, "http_429", &SimulateOptions::http_429},
    FaultKind{WireFault::http_500, "http_500", &SimulateOptions::http_500},
    FaultKind{WireFault::http_503, "http_503", &SimulateOptions::http_503},
    FaultKind{WireFault::stall, "stall", &SimulateOptions::stall},
    FaultKind{WireFault::reset, "reset", &SimulateOptions::reset},
    FaultKind{WireFault::html, "html", &SimulateOptions::html},
    FaultKind{WireFault::half_json, "half_json", &SimulateOptions::half_json},
};

inline double rate(const SimulateOptions& options, ContentFault fault) {
  const auto& own = options.*content_faults[static_cast<std::size_t>(fault)].rate;
  const bool apart = fault == ContentFault::mislabel || fault == ContentFault::block;
  return own.value_or(apart ? 0 : options.content_faults);
}

inline double rate(const SimulateOptions& options, WireFault fault) {
  const auto& own = options.*wire_faults[static_cast<std::size_t>(fault)].rate;
  return own.value_or(options.transport_faults);
}

/// The one that a single number decides for, each at its rate; usually none.
template <class Fault, std::size_t N>
std::optional<Fault> draw_fault(const std::array<FaultKind<Fault>, N>& kinds,
                                const SimulateOptions& options, Random random) {
  double left = random.uniform();
  for (const auto& kind : kinds) {
    left -= rate(options, kind.fault);
    if (left < 0) return kind.fault;
  }
  return std::nullopt;
}

}  // namespace sheaf::simulate
