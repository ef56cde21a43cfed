#include <algorithm>
#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/evaluator.hpp"
#include "program/iterate.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

/// One more call of a function of the program, while it lives.
class Deeper {
 public:
  Deeper(int& calls, int most) : calls_(calls) {
    if (calls >= most) {
      throw Stopped{FailureKind::depth,
                    "calls within calls more than " + std::to_string(most) + " deep"};
    }
    ++calls_;
  }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --calls_; }

 private:
  int& calls_;
};

}  // namespace

Value Evaluator::call(const Call& expr) {
  if (expr.callee->kind != ExprKind::attribute) {
    const auto callee = evaluate(*expr.callee);
    auto given = arguments(expr);
    line = expr.line;
    return call(callee, std::move(given));
  }
  // A method is called without making a value of it.
  const auto& member = static_cast<const Attribute&>(*expr.callee);
  const auto object = evaluate(*member.object);
  const bool plain = !object.is(Type::module) && !object.is(Type::builtin);
  const auto* method = plain ? find_method(*this, object, member.name) : nullptr;
  const auto callee = method == nullptr ? attribute(object, member) : Value();
  auto given = arguments(expr);
  line = expr.line;
  if (method == nullptr) return call(callee, std::move(given));
  step();
  return method->call(*this, object, given);
}

Arguments Evaluator::arguments(const Call& expr) {
  Arguments given;
  for (const auto& argument : expr.arguments) {
    auto value = evaluate(*argument.value);
    if (argument.form == CallArgument::Form::positional) {
      given.positional.push_back(std::move(value));
    } else if (argument.form == CallArgument::Form::keyword) {
      given.keywords.emplace_back(argument.keyword, std::move(value));
    } else if (argument.form == CallArgument::Form::spread) {
      const auto spread = collect(*this, value);
      given.positional.insert(given.positional.end(), spread.begin(), spread.end());
    } else {
      refuse("** in a call");
    }
  }
  return given;
}

Value Evaluator::call(const Value& callee, Arguments arguments) {
  const Nested nested(*this);
  step();
  switch (callee.type()) {
    case Type::function:
      return call_function(callee.as<Function>(), arguments);
    case Type::builtin: {
      const auto& builtin = callee.builtin();
      if (builtin.error == nullptr) return builtin.call(*this, arguments);
      if (!arguments.keywords.empty()) raise(errors::type, "an exception takes no keywords");
      return heap.make<Error>(arguments.positional.size() * sizeof(Value), *builtin.error,
                              std::move(arguments.positional));
    }
    case Type::method: {
      const auto& method = callee.as<Method>();
      return method.entry->call(*this, method.self, arguments);
    }
    default:
      raise(errors::type, "'" + std::string(type_name(callee)) + "' object is not callable");
  }
}

Value Evaluator::call_function(const Function& function, Arguments& arguments) {
  const Deeper deeper(calls_, limits().depth);
  const Ref<Function> held(const_cast<Function*>(&function));
  const auto& syntax = *function.syntax;
  auto environment =
      heap.make<Environment>(syntax.slots * sizeof(Value), syntax.slots, function.closure);
  fill(function, arguments, *environment);
  const Within within(*this, environment);
  const auto called_at = line;
  Value result = Value::none();
  if (syntax.value) {
    result = evaluate(*syntax.value);
  } else if (execute(syntax.body) == Flow::returns) {
    result = std::exchange(returned_, Value());
  }
  line = called_at;
  return result;
}

void Evaluator::fill(const Function& function, Arguments& arguments, Environment& environment) {
  const auto& syntax = *function.syntax;
  const auto name = std::string(syntax.name) + "()";
  std::size_t next = 0;
  for (const auto& parameter : syntax.parameters) {
    if (!parameter.by_position || next >= arguments.positional.size()) break;
    environment.slots[parameter.slot] = std::move(arguments.positional[next++]);
  }
  if (!syntax.rest_name.empty()) {
    const auto first = arguments.positional.begin() + static_cast<std::ptrdiff_t>(next);
    environment.slots[syntax.rest_slot] = tuple(Values(first, arguments.positional.end()));
  } else if (next < arguments.positional.size()) {
    raise(errors::type, name + " takes " + std::to_string(next) + " positional arguments but " +
                            std::to_string(arguments.positional.size()) + " were given");
  }
  fill_keywords(syntax, arguments, environment);
  for (std::size_t i = 0; i < syntax.parameters.size(); ++i) {
    auto& value = environment.slots[syntax.parameters[i].slot];
    if (!value.is_set()) value = function.defaults[i];
    if (!value.is_set()) {
      raise(errors::type, name + " missing a required argument: '" +
                              std::string(syntax.parameters[i].name) + "'");
    }
  }
}

void Evaluator::fill_keywords(const FunctionSyntax& syntax, Arguments& arguments,
                              Environment& environment) {
  const auto name = std::string(syntax.name) + "()";
  Ref<Dict> others;
  if (!syntax.keywords_name.empty()) {
    others = heap.make<Dict>(0);
    environment.slots[syntax.keywords_slot] = others;
  }
  for (auto& [keyword, value] : arguments.keywords) {
    const auto found = std::ranges::find_if(syntax.parameters, [&](const Parameter& parameter) {
      return parameter.by_keyword && parameter.name == keyword;
    });
    if (found == syntax.parameters.end()) {
      if (!others) {
        raise(errors::type,
              name + " got an unexpected keyword argument '" + std::string(keyword) + "'");
      }
      others->table.set(*this, text(std::string(keyword)), std::move(value));
      recount(*others);
      continue;
    }
    auto& slot_value = environment.slots[found->slot];
    if (slot_value.is_set()) {
      raise(errors::type,
            name + " got multiple values for argument '" + std::string(keyword) + "'");
    }
    slot_value = std::move(value);
  }
}

}  // namespace sheaf::program
