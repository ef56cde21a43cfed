#include "format/label.hpp"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::format {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LabelFault, AllowsWords) {
  for (const std::string_view label : {"A", "Answer Choices", "q1", "1st sentence", "Вопрос",
                                       "問題", "Größe (cm)", "AT&T", "C++", "user_name"}) {
    EXPECT_THAT(label_fault(label), IsEmpty()) << label;
  }
}

TEST(LabelFault, RefusesWhatDecorationAndNumberingLookLike) {
  for (const std::string_view label : {"-A", "* A", "# A", "> A", "1. A", "1) A", "(1) A", "\"A\"",
                                       "(a)", "_A", "\u2022 A", "\u200b"}) {
    EXPECT_THAT(label_fault(label), HasSubstr("does not begin with a letter")) << label;
  }
}

TEST(LabelFault, RefusesWhatMarksKeysInFullWidthToo) {
  for (const std::string_view label :
       {"A:", "A[1]", "A\\B", "A\uFF1A", "\uFF3B1\uFF3D", "A\u3010"}) {
    EXPECT_THAT(label_fault(label), HasSubstr("which mark keys")) << label;
  }
}

TEST(LabelFault, RefusesNumbers) {
  for (const std::string_view label : {"1", "42", "\uFF11", "1 2"}) {
    EXPECT_THAT(label_fault(label), HasSubstr("holds no letter")) << label;
  }
}

TEST(LabelFault, RefusesEmptinessSpaceAtTheEndsAndControlCharacters) {
  EXPECT_THAT(label_fault(""), HasSubstr("is empty"));
  EXPECT_THAT(label_fault(" A"), HasSubstr("space"));
  EXPECT_THAT(label_fault("A\nB"), HasSubstr("line break"));
  EXPECT_THAT(label_fault("A\u202e"), HasSubstr("control character"));
}

TEST(SameLabel, IsBlindToCaseSpacesAndWidth) {
  EXPECT_TRUE(same_label("My text", "mytext"));
  EXPECT_TRUE(same_label("a  b", "A B"));
  EXPECT_TRUE(same_label("\uFF21nswer", "answer"));
  EXPECT_FALSE(same_label("Text", "Text 2"));
}

}  // namespace
}  // namespace sheaf::format
