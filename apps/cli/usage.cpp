#include "usage.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <sheaf/error.hpp>

#include "console.hpp"
#include "exit_code.hpp"

namespace sheaf::cli {
namespace {

constexpr std::size_t nearest_enough = 3;
constexpr std::size_t help_width = 100;
constexpr std::size_t text_column = 34;

/// Insertions, deletions and exchanges between two words.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const auto exchanged = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// "; did you mean ...?"
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  const auto far = [&](const std::string& candidate) { return distance(word, candidate); };
  const auto best = std::ranges::min_element(known, {}, far);
  if (best == known.end() || far(*best) > std::min(nearest_enough, (word.size() + 1) / 2)) {
    return std::nullopt;
  }
  return fmt::format("; did you mean {}?", *best);
}

/// `text` from column `indent` on, wrapped before `help_width`.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string lines;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + end > help_width) {
      lines.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      lines += ' ';
      ++column;
    }
    lines += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Groups one blank line apart, and nothing about a flag but its names, value and meaning.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() {
    label("Positionals", "Arguments");
    label("OPTIONS", "FLAGS");
    label("SUBCOMMAND", "COMMAND ...");
  }

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    auto help = CLI::Formatter::make_help(app, std::move(name), mode);
    for (auto at = help.find("\n\n\n"); at != std::string::npos; at = help.find("\n\n\n", at)) {
      help.erase(at, 1);
    }
    return help;
  }
  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n\n";
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return fmt::format("  {:<10}{}\n", command->get_name(), command->get_description());
  }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    auto names = make_option_name(option, is_positional);
    names = "  " + CLI::detail::find_and_replace(names, ",", ", ");
    if (!option->get_option_text().empty()) names += " " + option->get_option_text();
    const auto gap = names.size() < text_column ? std::string(text_column - names.size(), ' ')
                                                : "\n" + std::string(text_column, ' ');
    return names + gap + wrapped(option->get_description(), text_column) + "\n";
  }
};

const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.back();
}

std::string full_name(const CLI::App& app, const CLI::App& command) {
  return &command == &app ? app.get_name() : app.get_name() + " " + command.get_name();
}

std::vector<std::string> long_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// Arguments that no flag or positional took: what is wrong with them.
std::string leftover(const CLI::App& app, const CLI::App& command) {
  const auto rest = command.remaining();
  const auto see = fmt::format("; see {} --help", full_name(app, command));
  const auto flag = std::ranges::find_if(
      rest, [](const std::string& word) { return word.size() > 1 && word.front() == '-'; });
  if (flag != rest.end()) {
    const auto name = flag->substr(0, flag->find('='));
    return fmt::format("unknown flag {}{}", name, nearest(name, long_flags(command)).value_or(see));
  }
  if (rest.empty()) return {};
  if (&command == &app) {
    return fmt::format("unknown command '{}'{}", rest.front(),
                       nearest(rest.front(), commands(app)).value_or(see));
  }
  return fmt::format("one argument too many: '{}'{}", rest.front(), see);
}

std::string complaint(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error) {
  const auto see = fmt::format("; see {} --help", full_name(app, command));
  const auto kind = error.get_name();
  if (kind == "ValidationError") return error.what() + see;
  if (auto text = leftover(app, command); !text.empty()) return text;
  if (&command == &app)
    return fmt::format("name a command: {}{}", fmt::join(commands(app), ", "), see);
  const std::string what = error.what();
  if (kind == "ArgumentMismatch") return what.substr(0, what.find(':')) + " needs a value" + see;
  return what + see;
}

}  // namespace

std::vector<std::string> with_dashes(std::vector<std::string> arguments) {
  for (auto& argument : arguments) {
    if (argument == "--") break;
    if (!argument.starts_with("--")) continue;
    const auto end = std::min(argument.find('='), argument.size());
    std::replace(argument.begin(), argument.begin() + static_cast<std::ptrdiff_t>(end), '_', '-');
  }
  return arguments;
}

void lay_out_help(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.option_defaults()->group("Flags");
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& what,
                      const std::string& example) {
  auto* const command = app.add_subcommand(name, what);
  command->group("Commands");
  command->set_help_flag("-h,--help", "Print this help");
  command->footer(example);
  return command;
}

int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_name() == "CallForHelp") return print(app.help()) ? exit_ok : exit_stopped;
  if (error.get_name() == "CallForVersion") {
    return print(fmt::format("{}\n", error.what())) ? exit_ok : exit_stopped;
  }
  return complain({ErrorCode::usage, complaint(app, chosen(app), error)});
}

}  // namespace sheaf::cli
