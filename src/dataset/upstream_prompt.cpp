#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "dataset/upstream.hpp"
#include "format/label.hpp"

namespace sheaf::dataset {
namespace {

/// A line "Label[2]: text".
struct LabelledLine {
  int number = 0;
  std::string label;     ///< As written.
  std::size_t kind = 0;  ///< Among the family's fields; behind them the answer.
  int key = 0;           ///< 0 without one.
  std::string text;
};

struct Paragraph {
  int line = 0;
  std::vector<std::string_view> lines;
};

std::vector<Paragraph> paragraphs_of(std::string_view text) {
  std::vector<Paragraph> paragraphs;
  bool open = false;
  int number = 0;
  for (const auto line : text::lines(text)) {
    ++number;
    const bool blank = text::trim(line).empty();
    if (!blank && !open) paragraphs.push_back({number, {}});
    if (!blank) paragraphs.back().lines.push_back(line);
    open = !blank;
  }
  return paragraphs;
}

std::string joined(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const auto line : lines) {
    if (!text.empty()) text.push_back('\n');
    text += line;
  }
  return text;
}

bool is_control(char c) {
  const bool is_blank = c == '\t' || c == '\n' || c == '\r';
  return (static_cast<unsigned char>(c) < 0x20 && !is_blank) || c == '\x7F';
}

class PromptReader {
 public:
  PromptReader(const std::string& path, const Family& family)
      : path_(path), family_(family), labels_(family.fields) {
    labels_.push_back(family.answer);
  }

  Expected<UpstreamPrompt> read(std::string_view text) {
    if (const auto fault = text::find_invalid_utf8(text)) {
      return refuse_at(text, *fault, "not valid UTF-8");
    }
    const auto control = std::ranges::find_if(text, is_control);
    if (control != text.end()) {
      return refuse_at(text, static_cast<std::size_t>(control - text.begin()),
                       "a control character, which no task file can hold");
    }
    prompt_.text = std::string(text::trim_right(text));
    const auto paragraphs = paragraphs_of(prompt_.text);
    for (std::size_t i = 0; i < paragraphs.size(); ++i) {
      const bool is_last = i + 1 == paragraphs.size();
      if (auto done = read_paragraph(paragraphs[i], is_last); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    if (prompt_.exemplars.empty()) return refuse(1, 1, "holds no group of exemplars");
    return std::move(prompt_);
  }

 private:
  std::unexpected<Error> refuse(int line, std::size_t column, std::string_view what) const {
    return fail(ErrorCode::usage,
                fmt::format("{}:{}:{}: {}", text::display_safe(path_, 400), line, column, what));
  }

  std::unexpected<Error> refuse_at(std::string_view text, std::size_t place,
                                   std::string_view what) const {
    const auto before = text.substr(0, place);
    const auto line = std::ranges::count(before, '\n') + 1;
    return refuse(static_cast<int>(line), place - (before.rfind('\n') + 1) + 1, what);
  }

  Expected<void> read_paragraph(const Paragraph& paragraph, bool is_last) {
    constexpr std::string_view system = "System:";
    const std::string text = joined(paragraph.lines);
    if (prompt_.exemplars.empty() && prompt_.instruction.empty()) {
      if (text.starts_with(system)) {
        prompt_.system = text::trim(std::string_view(text).substr(system.size()));
        return {};
      }
      if (!read_line(paragraph.lines.front(), paragraph.line)) {
        prompt_.instruction = text::trim(text);
        return {};
      }
    }
    std::vector<LabelledLine> lines;
    for (const auto line : paragraph.lines) {
      const int number = paragraph.line + static_cast<int>(lines.size());
      auto read = read_line(line, number);
      if (!read) {
        return refuse(number, 1,
                      fmt::format("this line of a group begins with none of {}, {}",
                                  fmt::join(family_.fields, ", "), family_.answer));
      }
      lines.push_back(std::move(*read));
    }
    return read_group(lines, is_last);
  }

  /// nullopt for a line without one of the labels, or one that is near to it.
  std::optional<LabelledLine> read_line(std::string_view line, int number) const {
    const auto colon = line.find(':');
    if (colon == line.npos) return std::nullopt;
    LabelledLine read{.number = number, .label = {}, .kind = 0, .key = 0, .text = {}};
    auto head = line.substr(0, colon);
    const auto bracket = head.find('[');
    if (bracket != head.npos) {
      const auto digits = head.substr(bracket + 1, head.size() - bracket - 2);
      const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), read.key);
      const bool is_key = head.ends_with(']') && end.ptr == digits.data() + digits.size();
      if (!is_key || read.key < 1) return std::nullopt;
      head = head.substr(0, bracket);
    }
    read.label = std::string(head);
    const auto kind = kind_of(read.label);
    if (!kind) return std::nullopt;
    read.kind = *kind;
    auto text = line.substr(colon + 1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    read.text = std::string(text);
    return read;
  }

  std::optional<std::size_t> kind_of(const std::string& label) const {
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      if (format::same_label(labels_[i], label)) return i;
    }
    const auto near = text::nearest(label, labels_);
    if (!near) return std::nullopt;
    return static_cast<std::size_t>(std::ranges::find(labels_, *near) - labels_.begin());
  }

  Expected<void> read_group(const std::vector<LabelledLine>& lines, bool is_last) {
    const std::size_t fields = family_.fields.size();
    const auto is_answer = [&](const LabelledLine& line) { return line.kind == fields; };
    const auto first_answer = std::ranges::find_if(lines, is_answer);
    const auto contexts = static_cast<std::size_t>(first_answer - lines.begin());
    const std::size_t answers = lines.size() - contexts;
    if (contexts % fields != 0 || contexts / fields != answers || answers == 0) {
      return refuse(lines.front().number, 1,
                    fmt::format("this group has {} lines of samples with {} to each, and {} "
                                "answers",
                                contexts, fields, answers));
    }
    if (auto done = check_size(lines.front(), static_cast<int>(answers), is_last); !done) {
      return done;
    }
    for (std::size_t i = 0; i < answers; ++i) {
      UpstreamExemplar exemplar{.fields = {},
                                .answer = lines[contexts + i].text,
                                .line = lines[i * fields].number,
                                .answer_line = lines[contexts + i].number};
      for (std::size_t field = 0; field < fields; ++field) {
        const auto& line = lines[i * fields + field];
        if (auto done = check_line(line, field, i); !done) return done;
        exemplar.fields.push_back({line.label, line.text});
      }
      if (auto done = check_line(lines[contexts + i], fields, i); !done) return done;
      prompt_.exemplars.push_back(std::move(exemplar));
    }
    return {};
  }

  Expected<void> check_size(const LabelledLine& first, int size, bool is_last) {
    if (prompt_.exemplars.empty()) {
      prompt_.size = size;
      prompt_.indexed = first.key > 0;
      if (size > 1 && !prompt_.indexed) {
        return refuse(first.number, 1,
                      "a group of several samples whose labels carry no key; sheaf joins answers "
                      "by keys");
      }
      return {};
    }
    if (size == prompt_.size || (is_last && size < prompt_.size)) return {};
    return refuse(
        first.number, 1,
        fmt::format("this group holds {} samples, and those before it {}", size, prompt_.size));
  }

  Expected<void> check_line(const LabelledLine& line, std::size_t kind, std::size_t index) const {
    if (line.kind != kind) {
      return refuse(line.number, 1,
                    fmt::format("'{}' stands where '{}' should", text::display_safe(line.label, 60),
                                labels_[kind]));
    }
    const int key = prompt_.indexed ? static_cast<int>(index) + 1 : 0;
    if (line.key == key) return {};
    return refuse(line.number, line.label.size() + 1,
                  key == 0 ? std::string("a key, and the labels before it have none")
                           : fmt::format("the key is {}, not {}", line.key, key));
  }

  const std::string& path_;
  const Family& family_;
  std::vector<std::string> labels_;
  UpstreamPrompt prompt_;
};

}  // namespace

Family family_of(const Set& set) {
  if (set.name == "rte" || set.name == "mnli") return {{"Premise", "Hypothesis"}, "Answer", false};
  if (set.name == "aqua" || set.name == "commonsenseqa")
    return {{"Q", "Answer Choices"}, "A", true};
  return {{"Q"}, "A", false};
}

Expected<UpstreamPrompt> read_upstream_prompt(std::string_view text, const std::string& path,
                                              const Family& family) {
  return PromptReader(path, family).read(text);
}

}  // namespace sheaf::dataset
