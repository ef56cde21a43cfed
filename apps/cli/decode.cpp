#include <memory>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/tools.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "figures.hpp"
#include "flags.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;

constexpr const char* example =
    "A line of the file is {\"id\": ..., \"size\": N, \"text\": \"...\"}, optionally with "
    "\"finish_reason\".\n"
    "Prints for each {\"id\": ..., \"answers\": [{\"index\", \"status\", \"value\"}]}.\n"
    "\n"
    "Example:\n"
    "  sheaf decode task.yaml --replies replies.jsonl > answers.jsonl";

struct DecodeFlags {
  std::string task;
  std::string replies;
};

/// Gathers lines, so that standard output is not written for each.
class LinePrinter {
 public:
  void add(std::string_view line) {
    buffer_.append(line).push_back('\n');
    if (buffer_.size() >= buffer_bytes) flush();
  }
  /// False once standard output took no more.
  bool flush() {
    if (is_open_ && !buffer_.empty()) is_open_ = print(buffer_);
    buffer_.clear();
    return is_open_;
  }

 private:
  std::string buffer_;
  bool is_open_ = true;
};

int execute(const DecodeFlags& flags) {
  const auto task = Task::load(flags.task);
  if (!task) return complain(task.error());
  LinePrinter printer;
  const auto summary =
      decode_replies(*task, flags.replies, [&](std::string_view line) { printer.add(line); });
  if (!printer.flush()) return exit_stopped;
  if (!summary) return complain(summary.error());
  print_status(
      fmt::format("sheaf: {}, {}, {}\n",
                  summary->replies == 1 ? "1 reply" : grouped(summary->replies) + " replies",
                  with_noun(summary->answers, "answer"), with_noun(summary->doubts, "doubt")));
  return exit_ok;
}

}  // namespace

Command add_decode(CLI::App& app) {
  auto* const command =
      add_command(app, "decode", "Split and score stored replies by the task's format", example);
  const auto flags = std::make_shared<DecodeFlags>();
  add_task_argument(*command, flags->task);
  add_value(*command, "--replies", "FILE", flags->replies, read_text,
            "Replies, one JSON object a line; - is standard input")
      ->required();
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
