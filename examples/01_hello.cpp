// The main job as a program: a task, rows, answers. Run it in this folder; the model is simulated.
#include <cstdio>
#include <filesystem>

#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "sheaf-hello";
  std::filesystem::create_directories(folder);

  const auto task = sheaf::Task::load("support-triage/task.yaml", {.model = "simulated"});
  if (!task) {
    std::fprintf(stderr, "%s\n", task.error().message.c_str());
    return 2;
  }

  sheaf::RunOptions options;
  options.rows = "support-triage/messages.csv";
  options.output = folder / "answers.jsonl";
  options.limit = 12;
  options.fresh = true;
  options.overwrite = true;
  const auto summary = sheaf::run_task(*task, options);
  if (!summary) {
    std::fprintf(stderr, "%s\n", summary.error().message.c_str());
    return 1;
  }

  std::printf("%lld of %lld rows answered in %lld requests (simulated model): %s\n",
              static_cast<long long>(summary->answered), static_cast<long long>(summary->rows),
              static_cast<long long>(summary->requests), summary->output.c_str());
  return summary->stopped || summary->failed_rows > 0 ? 1 : 0;
}
