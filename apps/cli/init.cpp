#include <cerrno>
#include <cstring>
#include <memory>

#include <CLI/App.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <sheaf/tools.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "flags.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Example:\n"
    "  sheaf init messages.csv -o task.yaml";

struct InitFlags {
  std::string rows;
  std::string output;
};

/// Never touches a file that exists.
Expected<void> write_new_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) {
    return fail(ErrorCode::usage, path + " exists and is not replaced; choose another name");
  }
  if (file < 0) {
    return fail(ErrorCode::usage, fmt::format("cannot create {}: {}", path, std::strerror(errno)));
  }
  const auto written = ::write(file, text.data(), text.size());
  const int reason = written < 0 ? errno : ENOSPC;
  if (::close(file) == 0 && written == std::ssize(text)) return {};
  ::unlink(path.c_str());
  return fail(ErrorCode::stopped, fmt::format("cannot write {}: {}", path, std::strerror(reason)));
}

int execute(const InitFlags& flags) {
  const auto text = starter_task(flags.rows);
  if (!text) return complain(text.error());
  if (flags.output.empty() || flags.output == "-") return print(*text) ? exit_ok : exit_stopped;
  if (const auto written = write_new_file(flags.output, *text); !written) {
    return complain(written.error());
  }
  print_status(fmt::format("sheaf: wrote {0}; edit it, then: sheaf plan {0} {1}\n",
                           one_line(flags.output), flags.rows));
  return exit_ok;
}

}  // namespace

Command add_init(CLI::App& app) {
  auto* const command = add_command(
      app, "init", "Write a commented task file for the columns of these rows", example);
  const auto flags = std::make_shared<InitFlags>();
  add_rows_argument(*command, flags->rows);
  add_value(*command, "-o,--output", "FILE", flags->output, read_text,
            "Write FILE, which must not exist, in place of standard output");
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
