#include "catalog/catalog.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "catalog/embedded.hpp"
#include "catalog/read_model.hpp"
#include "core/text.hpp"

namespace sheaf::catalog {
namespace {

/// Whether `text` has the shape of `form`, where 0 stands for any digit.
bool has_shape(std::string_view text, std::string_view form) {
  return std::ranges::equal(
      text, form, [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; });
}

std::string_view without_date(std::string_view name) {
  for (const std::string_view form : {"-0000-00-00", "-00000000", "-0000"}) {
    if (name.size() <= form.size()) continue;
    const auto base = name.size() - form.size();
    if (has_shape(name.substr(base), form)) return name.substr(0, base);
  }
  return name;
}

/// "LINE:COLUMN" of the byte at `offset`, from 1.
std::string place(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto begin = before.rfind('\n');
  const auto column = begin == std::string_view::npos ? offset + 1 : offset - begin;
  return fmt::format("{}:{}", line, column);
}

/// RFC 7396.
void merge(json::Value& base, const json::Value& patch) {
  if (patch.object() == nullptr) {
    base = patch;
    return;
  }
  if (base.object() == nullptr) base = json::Object{};
  auto& members = *base.object();
  for (const auto& [name, value] : *patch.object()) {
    const auto found = std::ranges::find(members, name, &json::Member::first);
    if (value.is_null()) {
      if (found != members.end()) members.erase(found);
    } else if (found != members.end()) {
      merge(found->second, value);
    } else {
      members.emplace_back(name, json::Value());
      merge(members.back().second, value);
    }
  }
}

Expected<std::vector<json::Value>> entries(std::string_view text, const std::string& path) {
  auto parsed = json::parse(text, {.refuse_duplicate_keys = true});
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(ErrorCode::usage, fmt::format("{}:{}: {}; a list of models in JSON is expected",
                                              path, place(text, error.offset), error.reason));
  }
  if (parsed->array() == nullptr) {
    return fail(
        ErrorCode::usage,
        fmt::format("{}:1:1: the file must be a list of models; write [{{...}}, ...]", path));
  }
  return std::move(*parsed->array());
}

}  // namespace

std::string_view maker_of_models(std::string_view provider) {
  if (provider == "gemini") return "google";
  return provider == "azure" ? "openai" : provider;
}

std::shared_ptr<const Catalog> Catalog::built_in() {
  static const auto known = [] {
    auto read = with(Catalog(), embedded_models(), "models.json");
    assert(read);
    return *read;
  }();
  return known;
}

Expected<std::shared_ptr<const Catalog>> Catalog::with(const Catalog& base, std::string_view text,
                                                       const std::string& path) {
  auto read = entries(text, path);
  if (!read) return std::unexpected(std::move(read.error()));
  auto catalog = std::make_shared<Catalog>(base);
  std::vector<std::string> names;
  for (const auto& entry : *read) {
    const auto* member = entry.find("model");
    const auto* name = member == nullptr ? nullptr : member->string();
    const auto shown = name == nullptr ? "" : text::display_safe(*name, 100);
    const auto refuse = [&](std::string_view reason) {
      const auto at = name == nullptr ? 0 : text.find('"' + *name + '"');
      return fail(ErrorCode::usage,
                  fmt::format("{}:{}: model '{}': {}", path,
                              place(text, at == std::string_view::npos ? 0 : at), shown, reason));
    };
    if (name != nullptr && std::ranges::find(names, *name) != names.end()) {
      return refuse("'model' names one that stands above; keep one of them");
    }
    names.push_back(name == nullptr ? "" : *name);
    const auto known = std::ranges::find(catalog->models_, names.back(), &Model::name);
    json::Value whole = known == catalog->models_.end() ? json::Value() : known->entry;
    merge(whole, entry);
    auto model = read_model(whole);
    if (!model) return refuse(model.error());
    if (known == catalog->models_.end())
      catalog->models_.push_back(std::move(*model));
    else
      *known = std::move(*model);
  }
  return catalog;
}

const Model* Catalog::find(std::string_view name) const {
  const auto folded = text::fold_ascii(name);
  const std::string_view whole(folded);
  const auto slash = whole.rfind('/');
  const auto own = slash == std::string_view::npos ? whole : whole.substr(slash + 1);
  const auto before = slash == std::string_view::npos ? "" : whole.substr(0, slash);
  const auto provider = maker_of_models(before.substr(before.rfind('/') + 1));
  for (const auto& by : {provider, std::string_view()}) {
    for (const auto& written : {own, without_date(own)}) {
      if (const auto* model = look_up(by, written)) return model;
    }
  }
  return nullptr;
}

const Model* Catalog::look_up(std::string_view provider, std::string_view name) const {
  const Model* by_alias = nullptr;
  for (const auto& model : models_) {
    const auto own = std::string_view(model.name).substr(model.name.find('/') + 1);
    if (!provider.empty() && model.provider() != provider) continue;
    if (text::equals_fold_ascii(own, name)) return &model;
    const bool is_alias = std::ranges::any_of(model.aliases, [name](const std::string& alias) {
      return text::equals_fold_ascii(alias, name);
    });
    if (is_alias && by_alias == nullptr) by_alias = &model;
  }
  return by_alias;
}

}  // namespace sheaf::catalog
