// Tango's score interval for a paired difference of proportions (Statistics in Medicine 17, 1998),
// with the variance scaled.
#pragma once

namespace sheaf::statistics {

/// Shares of discordant pairs, only_a + only_b <= 1.
struct Discordance {
  double only_a = 0;
  double only_b = 0;
};

/// n times the variance of the difference, estimated under the restriction that the true difference
/// (A minus B) is `difference`, in [-1, 1].
double restricted_variance(Discordance found, double difference);

/// The largest true difference (A minus B) whose distance from the one found is at most
/// sqrt(scale * restricted_variance): with scale = z^2 / n the upper limit of the interval; the
/// lower is minus that of A and B exchanged. scale >= 0.
double score_upper(Discordance found, double scale);

}  // namespace sheaf::statistics
