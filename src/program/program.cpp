#include "program/program.hpp"

#include <new>
#include <string>
#include <utility>

#include "core/text.hpp"
#include "program/evaluator.hpp"
#include "program/lexer.hpp"
#include "program/parser.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

using Outcome = std::expected<Result, Failure>;

std::string_view word(FailureKind kind) {
  switch (kind) {
    case FailureKind::syntax:
      return "no Python";
    case FailureKind::unsupported:
      return "not supported";
    case FailureKind::steps:
      return "too many steps";
    case FailureKind::depth:
      return "too deep";
    case FailureKind::memory:
      return "too much memory";
    default:
      return "error";
  }
}

Outcome failed(FailureKind kind, int line, const std::string& head, const std::string& what) {
  auto sentence = head + " at line " + std::to_string(line) + (what.empty() ? "" : ": " + what);
  return std::unexpected(Failure{kind, line, text::display_safe(sentence)});
}

Outcome no_value(const std::string& what) {
  return std::unexpected(Failure{FailureKind::no_value, 0, text::display_safe(what)});
}

bool callable_without_arguments(const Value& value) {
  if (!value.is(Type::function)) return false;
  const auto& parameters = value.as<Function>().syntax->parameters;
  for (const auto& parameter : parameters) {
    if (!parameter.fallback) return false;
  }
  return true;
}

Outcome result_of(Context& context, const std::string& origin, const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      return Result{Kind::boolean, str_text(context, value)};
    case Type::integer:
    case Type::big:
      return Result{Kind::integer, str_text(context, value)};
    case Type::real:
      return Result{Kind::real, str_text(context, value)};
    case Type::text:
      return Result{Kind::text, str_text(context, value)};
    case Type::none:
      return no_value(origin + " is None, which is no answer");
    default:
      return no_value(origin + " is a " + std::string(type_name(value)) +
                      ", which is no single answer");
  }
}

Outcome value_of(Evaluator& evaluator) {
  const auto answer = evaluator.variable("ans");
  if (answer.is_set()) return result_of(evaluator, "ans", answer);
  std::string with_parameters;
  for (const std::string name : {"solution", "solver"}) {
    const auto function = evaluator.variable(name);
    if (!function.is(Type::function)) continue;
    if (callable_without_arguments(function)) {
      return result_of(evaluator, "the value of " + name + "()", evaluator.call(function, {}));
    }
    with_parameters = name;
  }
  if (!with_parameters.empty()) return no_value(with_parameters + "() asks for arguments");
  return no_value("the program sets no ans and defines neither solution() nor solver()");
}

Outcome evaluated(Evaluator& evaluator, const std::string& source) {
  try {
    const auto program = Parser(source, evaluator).read();
    evaluator.run(program);
    auto outcome = value_of(evaluator);
    return outcome;
  } catch (const Stopped& stopped) {
    return failed(stopped.kind, evaluator.line, std::string(word(stopped.kind)), stopped.what);
  } catch (const Raised& raised) {
    const auto& error = raised.error.as<Error>();
    const auto line = error.line > 0 ? error.line : evaluator.line;
    std::string what;
    try {
      what = error_text(evaluator, error);
    } catch (const Stopped& stopped) {
      what = stopped.what;
    }
    return failed(FailureKind::error, line, std::string(error.kind->name), what);
  }
}

}  // namespace

std::expected<Result, Failure> run(std::string_view source, const Limits& limits) {
  if (source.size() > limits.source_bytes) {
    return failed(FailureKind::memory, 1, std::string(word(FailureKind::memory)),
                  "a program of more than " + std::to_string(limits.source_bytes) + " bytes");
  }
  int line = 1;
  std::string text;
  try {
    text = normalised(source);
    Evaluator evaluator(limits);
    return evaluated(evaluator, text);
  } catch (const Stopped& stopped) {
    return failed(stopped.kind, line, std::string(word(stopped.kind)), stopped.what);
  } catch (const std::bad_alloc&) {
    return failed(FailureKind::memory, line, std::string(word(FailureKind::memory)),
                  "the machine has no more");
  }
}

}  // namespace sheaf::program
