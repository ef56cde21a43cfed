#include "run/ledger_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/money.hpp"
#include "core/text.hpp"

namespace sheaf::run {
namespace {

using json::Object;
using json::Value;

Value money_json(Money money) { return json::Number{to_decimal(money)}; }

Object cost_json(const CostByKind& cost, Money spent) {
  return {{"input", money_json(cost.input)},
          {"cached_input", money_json(cost.cached_input)},
          {"cache_write", money_json(cost.cache_write)},
          {"output", money_json(cost.output)},
          {"reasoning", money_json(cost.reasoning)},
          {"other", money_json(spent - cost.total())}};
}

Object spending_json(const store::Spending& spending, Value cost_by_kind) {
  const TokenKinds tokens(spending.usage);
  return {{"requests", spending.requests},
          {"tokens", Object{{"input", tokens.input},
                            {"cached_input", tokens.cached_input},
                            {"cache_write", tokens.cache_write},
                            {"output", tokens.output},
                            {"reasoning", tokens.reasoning}}},
          {"cost_usd", money_json(spending.cost)},
          {"cost_by_kind_usd", std::move(cost_by_kind)}};
}

CostByKind all_costs(const Ledger& ledger) {
  CostByKind all;
  for (const auto purpose : purposes) all += ledger.cost_by_kind(purpose);
  return all;
}

std::string tokens_line(std::string_view name, const store::Spending& spending) {
  const TokenKinds tokens(spending.usage);
  return fmt::format("  {:<13} {:>9} {:>12} {:>12} {:>12} {:>12} {:>12}  ${}\n", name,
                     spending.requests, tokens.input, tokens.cached_input, tokens.cache_write,
                     tokens.output, tokens.reasoning, to_decimal(spending.cost));
}

std::string cost_line(std::string_view name, const CostByKind& cost, Money spent) {
  return fmt::format("  {:<13} {:>14} {:>14} {:>14} {:>14} {:>14} {:>14}\n", name,
                     to_decimal(cost.input), to_decimal(cost.cached_input),
                     to_decimal(cost.cache_write), to_decimal(cost.output),
                     to_decimal(cost.reasoning), to_decimal(spent - cost.total()));
}

std::string costs_text(const Ledger& ledger, const store::Spending& all) {
  auto text = fmt::format("in dollars\n  {:<13} {:>14} {:>14} {:>14} {:>14} {:>14} {:>14}\n", "",
                          "input", "cached input", "cache write", "output", "reasoning", "other");
  for (const auto purpose : purposes) {
    const auto& spending = ledger.of(purpose);
    if (spending.requests == 0) continue;
    text += cost_line(name_of(purpose), ledger.cost_by_kind(purpose), spending.cost);
  }
  return text + cost_line("all", all_costs(ledger), all.cost);
}

std::string models_text(const Ledger& ledger) {
  std::string text = "models\n";
  for (const auto& [model, spending] : ledger.by_model()) {
    text += tokens_line("", spending);
    text.pop_back();
    text += fmt::format("  {}\n", model.empty() ? "(not kept)" : text::display_safe(model));
  }
  return text;
}

json::Array models_json(const Ledger& ledger) {
  json::Array models;
  for (const auto& [model, spending] : ledger.by_model()) {
    auto object = spending_json(spending, {});
    object.pop_back();
    object.insert(object.begin(), {"model", model});
    models.emplace_back(std::move(object));
  }
  return models;
}

}  // namespace

std::string ledger_text(const Ledger& ledger, const store::Spending& all) {
  auto text =
      fmt::format("ledger\n  {:<13} {:>9} {:>12} {:>12} {:>12} {:>12} {:>12}  {}\n", "", "requests",
                  "input", "cached input", "cache write", "output", "reasoning", "cost");
  for (const auto purpose : purposes) {
    const auto& spending = ledger.of(purpose);
    if (spending.requests > 0) text += tokens_line(name_of(purpose), spending);
  }
  text += tokens_line("all", all);
  if (ledger.by_model().size() > 1) text += models_text(ledger);
  return ledger.knows_prices() ? text + costs_text(ledger, all) : text;
}

json::Object ledger_json(const Ledger& ledger, const store::Spending& all) {
  const auto by_kind = [&ledger](const CostByKind& cost, Money spent) {
    return ledger.knows_prices() ? Value(cost_json(cost, spent)) : Value();
  };
  Object object;
  for (const auto purpose : purposes) {
    std::string name(name_of(purpose));
    std::ranges::replace_if(name, [](char letter) { return letter == ' ' || letter == '-'; }, '_');
    const auto& spending = ledger.of(purpose);
    object.emplace_back(
        std::move(name),
        spending_json(spending, by_kind(ledger.cost_by_kind(purpose), spending.cost)));
  }
  object.emplace_back("all", spending_json(all, by_kind(all_costs(ledger), all.cost)));
  object.emplace_back("models", models_json(ledger));
  return object;
}

}  // namespace sheaf::run
