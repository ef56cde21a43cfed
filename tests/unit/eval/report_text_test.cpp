#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/report.hpp"

namespace sheaf::eval {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

SizeReport size_report(int batch_size, const Cell& cell) {
  SizeReport size;
  size.batch_size = batch_size;
  size.cells = {&cell};
  size.final_answers.emplace().approximate = false;
  size.first_pass = size.final_answers;
  size.usd_per_row = 0.001;
  size.predicted.emplace();
  if (batch_size > 1) size.against_single = Comparison{};
  return size;
}

/// The text of a sweep of b = 1 and b = 8, after `change` was made to the larger.
template <typename Change>
std::string text_of(Change&& change) {
  const Cell cell;
  Variant variant;
  variant.sizes = {size_report(1, cell), size_report(8, cell)};
  change(variant, variant.sizes.back());
  ReportData data;
  data.variants = {variant};
  return report_text(data);
}

const auto unchanged = [](Variant&, SizeReport&) {};

TEST(ReportText, ExplainsNoMarkThatItDoesNotUse) {
  EXPECT_THAT(text_of(unchanged), AllOf(Not(HasSubstr("~")), Not(HasSubstr("*")),
                                        Not(HasSubstr("\n  > ")), Not(HasSubstr("not known"))));
}

TEST(ReportText, ExplainsTheMarkOfTheSizeToUse) {
  const auto text = text_of([](Variant& variant, SizeReport&) {
    variant.recommended.emplace();
    variant.recommended->size = 8;
  });
  EXPECT_THAT(text, AllOf(HasSubstr("> 8"), HasSubstr("\n  > the size to use\n")));
}

TEST(ReportText, ExplainsTheMarkOfAnApproximateInterval) {
  const auto text =
      text_of([](Variant&, SizeReport& size) { size.final_answers->approximate = true; });
  EXPECT_THAT(text, AllOf(HasSubstr(")~"), HasSubstr("\n  ~ the interval is approximate: there "
                                                     "are fewer than 30 batches\n")));
}

TEST(ReportText, ExplainsTheMarkOfWhatIsNotKnown) {
  const auto text = text_of([](Variant&, SizeReport& size) { size.predicted.reset(); });
  EXPECT_THAT(text, HasSubstr("\n  - not known\n"));
}

TEST(ReportText, SaysAtWhichSizeAPredictionIsMarkedAndWhy) {
  const auto text = text_of(
      [](Variant&, SizeReport& size) { size.predicted->mark = "last exemplar group is shorter"; });
  EXPECT_THAT(text,
              AllOf(HasSubstr("1.00x*"), HasSubstr("\n  * the prediction at b = 8 may be off: "
                                                   "last exemplar group is shorter\n")));
}

TEST(ReportText, ExplainsMarksOfASingleRunToo) {
  ReportData data;
  data.cells.emplace_back();
  data.cells.front().measures.final_answers.emplace().approximate = true;
  EXPECT_THAT(report_text(data), HasSubstr("\n  ~ the interval is approximate"));
}

}  // namespace
}  // namespace sheaf::eval
