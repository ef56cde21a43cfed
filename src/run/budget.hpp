// The budget: ours, not the account's. Reserved before a request is sent, at the worst case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/exchange.hpp"
#include "core/money.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::run {

/// Pure bookkeeping over the whole checkpoint, resumes included. Invariant: what is spent plus what
/// is reserved never exceeds a bound. Single-threaded.
class Budget {
 public:
  struct Bounds {
    std::optional<Money> cost;
    std::optional<std::int64_t> requests;
  };
  Budget(Bounds bounds, const store::Spending& spent)
      : bounds_(bounds), earlier_(spent), cost_(spent.cost), requests_(spent.requests) {}

  /// Takes one request at `worst` off the budget; false, and nothing taken, when it does not fit.
  bool reserve(Money worst);
  /// An attempt ended with its usage told: the difference to the reservation comes back.
  /// (One that ended without usage and may have been billed is not settled: it stays spent.)
  void settle(Money reserved, Money actual) { cost_ -= reserved - actual; }
  /// An attempt of an earlier call, reserved at `worst` and without end, is this call's.
  void take_over(Money worst);
  /// An attempt was refused unbilled or never sent: all of it comes back.
  void refund(Money reserved);

  Money spent() const { return cost_; }
  /// What the checkpoint's earlier calls spent.
  const store::Spending& earlier() const { return earlier_; }
  /// Why a request at `worst` does not fit, and what to do.
  std::string refusal(Money worst) const;

 private:
  Bounds bounds_;
  store::Spending earlier_;
  Money cost_;
  std::int64_t requests_ = 0;
};

/// The worst case of one request: a token per byte of its messages and 16 a message, each at the
/// dearest of input's prices, output at its cap.
Money worst_cost(const std::optional<PriceList>& price, std::int64_t input_tokens,
                 std::int64_t output_cap);

}  // namespace sheaf::run
