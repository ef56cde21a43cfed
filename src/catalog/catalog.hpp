// The models that are known, from a data file that is part of the build, and from the user's.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

#include "catalog/model.hpp"

namespace sheaf::catalog {

/// The provider by which the catalog names the models that this one serves: "gemini" is Google's
/// other name, and Azure serves OpenAI's models. Any other is its own.
std::string_view maker_of_models(std::string_view provider);

/// Immutable; any thread.
class Catalog {
 public:
  /// What src/catalog/models.json says; read once.
  static std::shared_ptr<const Catalog> built_in();

  /// `base` with the entries of a file of the same form: a new model is added; members of a known
  /// one are replaced, objects among them member by member, and null removes one (RFC 7396). A list
  /// of prices is replaced as a whole. `path` stands in messages. Fails with ErrorCode::usage:
  /// "FILE:LINE:COLUMN: what is wrong; what to do", of the entry where there is one.
  static Expected<std::shared_ptr<const Catalog>> with(const Catalog& base, std::string_view text,
                                                       const std::string& path);

  /// By the name as sent, its provider, or both ("gpt-4o", "openai/gpt-4o"), in any letter case;
  /// an alias or a dated snapshot ("gpt-4o-2024-08-06", "gpt-4-0613") stands for its model unless
  /// it has an entry of its own. Of a name with further segments the last one counts. nullptr for
  /// an unknown model.
  const Model* find(std::string_view name) const;

  /// In the order of the file.
  std::span<const Model> models() const { return models_; }

 private:
  const Model* look_up(std::string_view provider, std::string_view name) const;

  std::vector<Model> models_;
};

}  // namespace sheaf::catalog
