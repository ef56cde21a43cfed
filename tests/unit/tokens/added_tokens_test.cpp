#include "tokens/added_tokens.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::tokens {
namespace {

TEST(AddedTokens, AreNoneWithoutTexts) { EXPECT_FALSE(AddedTokens().next("text", 0)); }

TEST(AddedTokens, AreSoughtFromThePlaceGiven) {
  const AddedTokens added({{"ab", 7}});
  const auto match = added.next("abab", 1);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->begin, 2U);
  EXPECT_EQ(match->end, 4U);
  EXPECT_EQ(match->token, 7U);
  EXPECT_FALSE(added.next("abab", 3));
}

RC_GTEST_PROP(AddedTokens, AreTheLongestOfTheLeftmost, ()) {
  const auto letter = rc::gen::element('a', 'b', '\xFF');
  const auto texts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(letter)));
  const auto text = *rc::gen::container<std::string>(letter);
  AddedTokens::Texts given;
  for (const auto& one : texts) given.emplace(one, static_cast<TokenId>(given.size()));
  const auto match = AddedTokens(given).next(text, 0);
  auto begin = text.size();
  std::string longest;
  for (const auto& [one, token] : given) {
    const auto found = text.find(one);
    if (found > begin || found == std::string::npos) continue;
    if (found < begin || one.size() > longest.size()) longest = one;
    begin = found;
  }
  RC_ASSERT(match.has_value() == !longest.empty());
  if (!match) return;
  RC_ASSERT(match->begin == begin);
  RC_ASSERT(match->end == begin + longest.size());
  RC_ASSERT(match->token == given.at(longest));
}

}  // namespace
}  // namespace sheaf::tokens
