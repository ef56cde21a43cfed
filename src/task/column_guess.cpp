#include "task/column_guess.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "core/text.hpp"
#include "task/template.hpp"
#include "task/yaml_value.hpp"

namespace sheaf::task {
namespace {

constexpr std::size_t most_choices = 20;
constexpr std::size_t longest_choice = 40;

/// What the first rows say of one column.
struct Profile {
  std::string name;
  std::vector<std::string> values;    ///< Not blank, in row order.
  std::vector<std::string> distinct;  ///< Of those, in order of first sight.
  std::size_t bytes = 0;
  std::size_t with_space = 0;
  bool lists = true;    ///< Every value is a list of 2 to 26 scalars, or writes one as JSON.
  bool nested = false;  ///< Some value is an array or object.
  bool numbers = true;
  bool booleans = true;

  bool prose() const {
    constexpr std::size_t long_text = 20;
    return !values.empty() &&
           (bytes >= long_text * values.size() || with_space * 2 > values.size());
  }
};

bool is_choice_list(const json::Value& cell) {
  const auto* array = cell.array();
  json::Array written;
  if (const auto* text = cell.string()) {
    if (!text->starts_with('[')) return false;
    const auto parsed = json::parse(*text);
    if (!parsed || parsed->array() == nullptr) return false;
    written = *parsed->array();
    array = &written;
  }
  if (array == nullptr || array->size() < 2 || array->size() > 26) return false;
  return std::ranges::all_of(*array, [](const json::Value& item) {
    return item.array() == nullptr && item.object() == nullptr && !item.is_null();
  });
}

bool is_boolean_word(std::string_view text) {
  constexpr std::array<std::string_view, 4> words{"true", "false", "yes", "no"};
  return std::ranges::find(words, text::fold_ascii(text)) != words.end();
}

void take(Profile& profile, const json::Value& cell) {
  const auto value = cell_text(cell);
  const auto trimmed = text::trim(value);
  if (trimmed.empty()) return;
  profile.nested = profile.nested || cell.array() != nullptr || cell.object() != nullptr;
  profile.lists = profile.lists && is_choice_list(cell);
  profile.numbers = profile.numbers && plain_number(trimmed).has_value();
  profile.booleans = profile.booleans && is_boolean_word(trimmed);
  profile.bytes += value.size();
  if (trimmed.find(' ') != std::string_view::npos) ++profile.with_space;
  profile.values.push_back(value);
  if (std::ranges::find(profile.distinct, value) == profile.distinct.end()) {
    profile.distinct.push_back(value);
  }
}

Profile profile_of(const std::string& column, std::span<const json::Value> rows) {
  Profile profile;
  profile.name = column;
  for (const auto& row : rows) {
    if (const auto* cell = row.find(column)) take(profile, *cell);
  }
  if (profile.values.empty()) profile.lists = profile.numbers = profile.booleans = false;
  return profile;
}

bool is_id(const Profile& profile, std::size_t rows) {
  constexpr std::array<std::string_view, 7> names{"id",  "uid",   "uuid", "guid",
                                                  "key", "index", "idx"};
  const auto folded = text::fold_ascii(profile.name);
  const bool named = std::ranges::find(names, folded) != names.end() || folded.ends_with("_id") ||
                     folded.ends_with("-id") || profile.name.ends_with("Id") ||
                     profile.name.ends_with("ID");
  return named && rows > 0 && profile.distinct.size() == rows && !profile.nested;
}

bool has_few_values(const Profile& profile) {
  constexpr std::size_t repeats = 3;
  return profile.distinct.size() <= most_choices && can_be_choices(profile.distinct) &&
         profile.distinct.size() * repeats <= profile.values.size();
}

/// Columns that tell the answer without being it.
bool gives_away(std::string_view name) {
  constexpr std::array<std::string_view, 7> words{"rationale", "reason", "solution", "explanation",
                                                  "gold",      "label",  "answer"};
  const auto folded = text::fold_ascii(name);
  return std::ranges::any_of(
      words, [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

bool fits_template(const std::string& column) {
  const auto parsed = Template::parse("{{" + column + "}}");
  return parsed && parsed->columns() == std::vector<std::string>{column};
}

class Guesser {
 public:
  Guesser(const std::vector<std::string>& columns, std::span<const json::Value> rows)
      : rows_(rows.size()) {
    for (const auto& column : columns) profiles_.push_back(profile_of(column, rows));
  }

  ColumnGuess guess() {
    guess_id();
    guess_choice_column();
    guess_gold();
    guess_type();
    guess_shown();
    return std::move(guess_);
  }

 private:
  bool is_taken(const Profile& profile) const {
    return profile.name == guess_.id || profile.name == guess_.gold ||
           profile.name == guess_.choice_column;
  }

  const Profile* named(std::string_view name) const {
    const auto found = std::ranges::find_if(profiles_, [&](const Profile& profile) {
      return text::equals_fold_ascii(profile.name, name) && !is_taken(profile) && !profile.nested &&
             !profile.values.empty();
    });
    return found == profiles_.end() ? nullptr : &*found;
  }

  void guess_id() {
    for (const auto& profile : profiles_) {
      if (!is_id(profile, rows_)) continue;
      const bool better = text::equals_fold_ascii(profile.name, "id");
      if (!guess_.id || better) guess_.id = profile.name;
    }
  }

  void guess_choice_column() {
    const auto found = std::ranges::find_if(profiles_, &Profile::lists);
    if (found != profiles_.end()) guess_.choice_column = found->name;
  }

  void guess_gold() {
    constexpr std::array<std::string_view, 14> names{
        "gold",  "label", "answer",    "target", "class",  "category", "intent",
        "queue", "topic", "sentiment", "stance", "rating", "labels",   "output"};
    for (const auto name : names) {
      if (const Profile* profile = named(name)) {
        guess_.gold = profile->name;
        return;
      }
    }
    for (const auto& profile : profiles_) {
      if (is_taken(profile) || profile.nested || profile.numbers) continue;
      if (has_few_values(profile)) guess_.gold = profile.name;
    }
  }

  void guess_type() {
    if (guess_.choice_column) {
      guess_.type = AnswerType::choice;
      return;
    }
    const auto gold = std::ranges::find_if(
        profiles_, [&](const Profile& profile) { return profile.name == guess_.gold; });
    if (gold == profiles_.end()) return;
    if (gold->booleans) {
      guess_.type = AnswerType::boolean;
    } else if (gold->numbers) {
      guess_.type = AnswerType::number;
    } else if (has_few_values(*gold)) {
      guess_.type = AnswerType::choice;
      guess_.choices = gold->distinct;
    }
  }

  template <class Wanted>
  bool show_where(Wanted wanted) {
    constexpr std::size_t most_fields = 6;
    for (const auto& profile : profiles_) {
      if (guess_.shown.size() == most_fields) break;
      if (fits_template(profile.name) && wanted(profile)) guess_.shown.push_back(profile.name);
    }
    return !guess_.shown.empty();
  }

  void guess_shown() {
    const auto free = [this](const Profile& profile) {
      return !is_taken(profile) && !gives_away(profile.name);
    };
    if (show_where([&](const Profile& p) { return free(p) && !p.nested && p.prose(); })) return;
    if (show_where([&](const Profile& p) { return free(p) && !p.nested; })) return;
    if (show_where(free)) return;
    if (show_where([&](const Profile& p) { return !is_taken(p); })) return;
    show_where([](const Profile&) { return true; });
  }

  std::size_t rows_;
  std::vector<Profile> profiles_;
  ColumnGuess guess_;
};

}  // namespace

bool can_be_choices(const std::vector<std::string>& texts) {
  if (texts.size() < 2) return false;
  std::vector<std::string> folded;
  for (const auto& choice : texts) {
    const bool plain = text::trim(choice) == choice && choice.size() <= longest_choice &&
                       text::display_safe(choice, choice.size()) == choice;
    if (!plain || choice.empty()) return false;
    folded.push_back(text::fold_ascii(choice));
  }
  std::ranges::sort(folded);
  return std::ranges::adjacent_find(folded) == folded.end();
}

ColumnGuess guess_columns(const std::vector<std::string>& columns,
                          std::span<const json::Value> rows) {
  return Guesser(columns, rows).guess();
}

}  // namespace sheaf::task
