#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <utility>

#include "format/batch_format.hpp"

namespace sheaf::format {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<BatchFormat> (*make)(const std::vector<std::string>& field_labels,
                                       std::string answer_label, AnswerForm form);
};

constexpr std::array formats{Entry{"labelled", make_labelled}};

}  // namespace

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  std::ranges::transform(formats, std::back_inserter(all), &Entry::name);
  return all;
}

std::unique_ptr<BatchFormat> make(std::string_view name,
                                  const std::vector<std::string>& field_labels,
                                  std::string answer_label, AnswerForm form) {
  const auto* found = std::ranges::find(formats, name, &Entry::name);
  assert(found != formats.end());
  return found->make(field_labels, std::move(answer_label), form);
}

}  // namespace sheaf::format
