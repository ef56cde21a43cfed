#include <utility>

#include "program/compare.hpp"
#include "program/evaluator.hpp"
#include "program/iterate.hpp"

namespace sheaf::program {
namespace {

/// The loops of a comprehension, so that each call of `next` goes on where the last one stopped.
class Generator final : public Iterator {
 public:
  Generator(Evaluator& evaluator, const Comprehension& expr, Value first,
            Ref<Environment> environment)
      : evaluator_(evaluator), expr_(expr), environment_(std::move(environment)) {
    iterators_.push_back(std::move(first));
  }
  void clear() override {
    iterators_.clear();
    environment_ = {};
  }

  bool next(Context& context, Value& value) override {
    if (running_) context.raise(errors::value, "generator already executing");
    if (iterators_.empty()) return false;
    // Whatever is raised ends it.
    auto iterators = std::exchange(iterators_, {});
    running_ = true;
    const Ending ending(running_);
    const auto held = environment_;
    const Evaluator::Within within(evaluator_, held);
    if (!find(context, iterators)) return false;
    value = evaluator_.evaluate(*expr_.element);
    if (expr_.value) value = context.tuple({value, evaluator_.evaluate(*expr_.value)});
    iterators_ = std::move(iterators);
    return true;
  }

 private:
  struct Ending {
    explicit Ending(bool& of) : running(of) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() { running = false; }
    bool& running;
  };

  /// Goes on to the next binding of the targets that meets all conditions.
  bool find(Context& context, Values& iterators) {
    Value value;
    while (!iterators.empty()) {
      const auto level = iterators.size() - 1;
      const auto& clause = expr_.clauses[level];
      if (!advance(context, iterators.back(), value)) {
        iterators.pop_back();
        continue;
      }
      evaluator_.assign(*clause.target, value);
      if (!meets(clause)) continue;
      if (level + 1 == expr_.clauses.size()) return true;
      iterators.push_back(
          iterate(context, evaluator_.evaluate(*expr_.clauses[level + 1].iterable)));
    }
    return false;
  }

  bool meets(const Clause& clause) {
    for (const auto& condition : clause.conditions) {
      if (!truth(evaluator_.evaluate(*condition))) return false;
    }
    return true;
  }

  Evaluator& evaluator_;
  const Comprehension& expr_;
  Ref<Environment> environment_;
  Values iterators_;
  bool running_ = false;
};

}  // namespace

Value make_generator(Evaluator& evaluator, const Comprehension& expr, Value first,
                     Ref<Environment> environment) {
  return evaluator.heap.make<Generator>(expr.clauses.size() * sizeof(Value), evaluator, expr,
                                        std::move(first), std::move(environment));
}

Value Evaluator::comprehension(const Comprehension& expr) {
  const auto first = iterate(*this, evaluate(*expr.clauses[0].iterable));
  const auto size = expr.slots * sizeof(Value);
  auto generator =
      make_generator(*this, expr, first, heap.make<Environment>(size, expr.slots, environment_));
  if (expr.form == ComprehensionKind::generator) return generator;
  if (expr.form == ComprehensionKind::list) return list(collect(*this, generator));
  Value value;
  if (expr.form == ComprehensionKind::set) {
    auto set = heap.make<Set>(0);
    while (advance(*this, generator, value)) {
      set->table.add(*this, value);
      recount(*set);
    }
    return set;
  }
  auto made = heap.make<Dict>(0);
  while (advance(*this, generator, value)) {
    const auto& pair = value.as<Tuple>().items;
    made->table.set(*this, pair[0], pair[1]);
    recount(*made);
  }
  return made;
}

}  // namespace sheaf::program
