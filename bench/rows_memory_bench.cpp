// Peak memory of the client by number of rows: `sheaf run` at b=16 against `sheaf simulate` in a
// process of its own. Prints a table; judges nothing.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::int64_t, 3> row_counts{10'000, 100'000, 1'000'000};

const char* const task_text =
    "name: rows-memory\n"
    "instruction: Decide which queue each message belongs to.\n"
    "sample: {Message: \"{{text}}\"}\n"
    "answer: {label: Answer, type: choice, choices: [billing, bug, account], max_tokens: 8}\n"
    "id: id\n"
    "gold: queue\n"
    "batch: {size: 16}\n"
    "model: {name: openai/simulated-over-http}\n"
    "limits: {concurrency: 64}\n";

void write_rows(const fs::path& path, std::int64_t count) {
  static const std::array<const char*, 3> queues{"billing", "bug", "account"};
  std::ofstream out(path);
  for (std::int64_t i = 0; i < count; ++i) {
    out << R"({"id": "row-)" << i << R"(", "text": "Message number )" << i
        << R"( about a thing that does not work as the customer hoped it would.", "queue": ")"
        << queues[static_cast<std::size_t>(i) % queues.size()] << "\"}\n";
  }
}

pid_t spawn(const std::vector<std::string>& words, int out) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (out >= 0) posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t child = -1;
  if (posix_spawn(&child, arguments.front(), &actions, nullptr, arguments.data(), environ) != 0) {
    std::perror(arguments.front());
    std::exit(1);
  }
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

/// Reads the server's first lines until they name its address.
std::string address_from(int in) {
  std::string seen;
  std::array<char, 512> buffer{};
  while (true) {
    const auto got = read(in, buffer.data(), buffer.size());
    if (got <= 0) return {};
    seen.append(buffer.data(), static_cast<std::size_t>(got));
    const auto at = seen.find("http://127.0.0.1:");
    if (at == std::string::npos) continue;
    const auto end = seen.find_first_of(" \n\"'", at);
    if (end != std::string::npos) return seen.substr(at, end - at);
  }
}

struct Figures {
  double seconds = 0;
  double cpu_seconds = 0;
  double peak_mib = 0;
  int status = 0;
};

Figures run(const std::vector<std::string>& words) {
  const auto began = std::chrono::steady_clock::now();
  const auto child = spawn(words, -1);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024.0, status};
}

Figures measure(const std::string& sheaf, const fs::path& folder, std::int64_t rows) {
  const auto data = folder / "rows.jsonl";
  const auto task = folder / "task.yaml";
  write_rows(data, rows);
  std::ofstream(task) << task_text;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::exit(1);
  const auto server = spawn({sheaf, "simulate", task, data, "--port", "0"}, ends[1]);
  close(ends[1]);
  const auto address = address_from(ends[0]);
  auto figures = run({sheaf, "run", task, data, "-o", folder / "out.jsonl", "--base-url", address,
                      "--fresh", "--overwrite", "-q"});
  kill(server, SIGINT);
  waitpid(server, nullptr, 0);
  close(ends[0]);
  return figures;
}

}  // namespace

int main(int count, char** words) {
  const std::string sheaf = count > 1 ? words[1] : SHEAF_BINARY;
  const auto folder = fs::temp_directory_path() / ("sheaf-memory-" + std::to_string(getpid()));
  std::puts("| rows | exit | seconds | client CPU s | client peak MiB |");
  std::puts("| ---: | ---: | ---: | ---: | ---: |");
  std::array<Figures, row_counts.size()> all;
  for (std::size_t i = 0; i < row_counts.size(); ++i) {
    fs::create_directories(folder);
    all[i] = measure(sheaf, folder, row_counts[i]);
    std::printf("| %lld | %d | %.1f | %.1f | %.1f |\n", static_cast<long long>(row_counts[i]),
                WEXITSTATUS(all[i].status), all[i].seconds, all[i].cpu_seconds, all[i].peak_mib);
    std::fflush(stdout);
    fs::remove_all(folder);
  }
  std::puts("\nGrowth of the peak (simulated model, b=16, 64 in flight):");
  for (std::size_t i = 0; i + 1 < row_counts.size(); ++i) {
    const auto grown = (all.back().peak_mib - all[i].peak_mib) * 1024 * 1024;
    const auto more = static_cast<double>(row_counts.back() - row_counts[i]);
    std::printf("%.1f bytes a row from %lld to %lld rows\n", grown / more,
                static_cast<long long>(row_counts[i]), static_cast<long long>(row_counts.back()));
  }
  return 0;
}
