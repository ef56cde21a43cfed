// Prompts of a task with the replies that are right, for a model to learn from:
//   nano_corpus --task TASK --rows ROWS [--wordings FILE] [--texts N] [--seed N] ...
// One JSON object a line: `prompt`, byte for byte what a run sends to a completions API (the primed
// key at its end); `reply`, as the format writes right answers; `stop`; `worked`, the bytes
// [begin, end) of the prompt that are answers of worked examples; `label` of answers, and `values`.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "core/random.hpp"
#include "corpus_options.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "rows/each_row.hpp"
#include "rows/row.hpp"
#include "task/exemplar.hpp"
#include "task/task.hpp"

namespace {

using sheaf::Prompt;
using sheaf::Random;
namespace format = sheaf::format;
namespace json = sheaf::json;
namespace rows = sheaf::rows;
namespace task = sheaf::task;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "nano_corpus: {}\n", why);
  std::exit(1);
}

template <class T>
T expect(sheaf::Expected<T> value) {
  if (!value) give_up(value.error().message);
  return std::move(*value);
}

/// Rows with their right answers as the task prints them.
std::vector<task::Exemplar> read_rows(const task::Task& task, const std::string& path) {
  std::vector<task::Exemplar> read;
  const auto source = expect(rows::open_rows(path));
  const auto take = [&](const rows::Row& row) -> std::expected<void, std::string> {
    auto exemplar = task::make_exemplar(task, row.fields);
    if (!exemplar) return std::unexpected(std::move(exemplar.error()));
    read.push_back(std::move(*exemplar));
    return {};
  };
  expect(rows::for_each_row(*source, rows::BadRows::refuse, take));
  if (read.empty()) give_up(path + " has no rows");
  return read;
}

/// A wording stands on one line; "\\n" in it is a line feed.
std::string with_line_feeds(std::string line) {
  for (auto at = line.find("\\n"); at != line.npos; at = line.find("\\n")) {
    line.replace(at, 2, "\n");
  }
  return line;
}

std::vector<std::string> read_wordings(const std::string& path, const std::string& own) {
  std::vector<std::string> wordings{own};
  if (path.empty()) return wordings;
  std::ifstream file(path);
  if (!file) give_up("cannot read " + path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) wordings.push_back(with_line_feeds(line));
  }
  return wordings;
}

/// A prompt, what is right to say to it, and where its worked examples say so.
struct Text {
  Prompt prompt;
  std::string reply;
  std::vector<std::pair<std::size_t, std::size_t>> worked;
  std::vector<std::string> values;
};

class Writer {
 public:
  Writer(task::Task task, const nano::Options& options)
      : task_(std::move(task)),
        options_(options),
        random_(options.seed),
        own_(task_.exemplars),
        rows_(read_rows(task_, options.rows)),
        wordings_(read_wordings(options.wordings, task_.instruction)),
        format_(task::make_format(task_)) {}

  Text next() {
    const int size = between(options_.min_batch, options_.max_batch);
    task_.instruction = wordings_[random_.below(wordings_.size())];
    choose_exemplars(size);
    choose_layout(size);
    std::vector<format::SampleText> samples;
    std::vector<std::string> answers;
    Text text;
    for (int i = 0; i < size; ++i) {
      const auto& row = drawn();
      samples.push_back(row.sample);
      answers.push_back(row.answer);
      text.values.push_back(row.value);
    }
    sheaf::prompt::PromptBuilder builder(task_, *format_);
    text.prompt = builder.build(samples, builder.output_cap(size));
    const std::string reply = format_->answers(answers, builder.keys(size));
    text.reply = reply.substr(text.prompt.primed.size());
    text.worked = worked(builder, size, text.prompt.messages.front().text);
    return text;
  }

  const std::string& label() const { return task_.answer.label; }

 private:
  int between(int least, int most) {
    return least + static_cast<int>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
  }

  const task::Exemplar& drawn() { return rows_[random_.below(rows_.size())]; }

  void choose_exemplars(int size) {
    using nano::Worked;
    Worked worked = options_.worked;
    if (worked == Worked::mixed) {
      constexpr std::array drawn_from{Worked::bare,  Worked::bare,  Worked::none,  Worked::none,
                                      Worked::drawn, Worked::drawn, Worked::drawn, Worked::drawn,
                                      Worked::own,   Worked::own};
      worked = drawn_from[random_.below(drawn_from.size())];
    }
    task_.exemplars.clear();
    task_.prompt.contract = worked == Worked::bare ? task::Contract::none : task::Contract::stated;
    if (worked == Worked::own) {
      const auto most = static_cast<std::size_t>(options_.max_exemplars);
      task_.exemplars.assign(
          own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(std::min(most, own_.size())));
    }
    if (worked != Worked::drawn) return;
    int count = between(1, std::max(1, options_.max_exemplars));
    if (count > size && random_.below(2) == 0) count -= count % size;
    for (int i = 0; i < count; ++i) task_.exemplars.push_back(drawn());
  }

  /// One in eight as a follow-up that keeps the prefix of a larger batch.
  void choose_layout(int size) {
    const bool stable = options_.worked == nano::Worked::mixed && random_.below(8) == 0;
    task_.batch.exemplars =
        stable ? task::ExemplarLayout::stable_prefix : task::ExemplarLayout::regroup;
    task_.batch.size = stable ? between(size, options_.max_batch) : size;
  }

  std::vector<std::pair<std::size_t, std::size_t>> worked(
      const sheaf::prompt::PromptBuilder& builder, int size, const std::string& prompt) const {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    const auto step = static_cast<std::size_t>(builder.group_size(size));
    std::size_t from = 0;
    for (std::size_t first = 0; first < task_.exemplars.size(); first += step) {
      std::vector<std::string> answers;
      for (std::size_t i = first; i < std::min(first + step, task_.exemplars.size()); ++i) {
        answers.push_back(task_.exemplars[i].answer);
      }
      const std::string written = "\n" + format_->answers(answers, builder.keys(size)) + "\n\n";
      const std::size_t at = prompt.find(written, from);
      if (at == prompt.npos) give_up("a worked example's answers are not in its prompt");
      from = at + written.size();
      found.emplace_back(at + 1, from);
    }
    return found;
  }

  task::Task task_;
  const nano::Options& options_;
  Random random_;
  std::vector<task::Exemplar> own_;
  std::vector<task::Exemplar> rows_;
  std::vector<std::string> wordings_;
  std::unique_ptr<format::BatchFormat> format_;
};

std::string line(const Text& text, const std::string& label) {
  json::Array spans;
  for (const auto& [begin, end] : text.worked) {
    spans.emplace_back(
        json::Array{static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end)});
  }
  json::Array values;
  for (const auto& value : text.values) values.emplace_back(value);
  return json::dump(json::Object{{"prompt", text.prompt.messages.front().text},
                                 {"reply", text.reply},
                                 {"stop", text.prompt.stop},
                                 {"worked", std::move(spans)},
                                 {"label", label},
                                 {"values", std::move(values)}});
}

}  // namespace

int main(int count, char** arguments) {
  const auto options =
      nano::read_options(std::span(arguments, static_cast<std::size_t>(count)).subspan(1));
  if (!options) give_up(options.error());
  Writer writer(expect(task::load(options->task, {})), *options);
  for (std::int64_t i = 0; i < options->texts; ++i) {
    const std::string text = line(writer.next(), writer.label()) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return std::ferror(stdout) == 0 && std::fflush(stdout) == 0 ? 0 : 1;
}
