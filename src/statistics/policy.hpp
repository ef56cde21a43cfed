// How Boost.Math computes here.
#pragma once

#include <boost/math/policies/policy.hpp>

namespace sheaf::statistics {

/// Nothing throws, and double precision will do.
using Policy = boost::math::policies::policy<
    boost::math::policies::promote_double<false>,
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

}  // namespace sheaf::statistics
