// What a sweep that bought nothing left in its folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "store/checkpoint.hpp"

namespace sheaf::api {

/// Its files, and the locks that keep them what they are. Single use.
class SweepLeftovers {
 public:
  /// Takes the locks. nullopt: something was bought there, is being bought, or cannot be read, or
  /// something stands there that no sweep without a reply leaves.
  static std::optional<SweepLeftovers> in(const std::string& folder);

  /// Removes the files. ErrorCode::usage: one of them cannot be removed.
  Expected<void> remove();

 private:
  std::vector<std::unique_ptr<store::Checkpoint>> locked_;
  std::vector<std::string> files_;
};

}  // namespace sheaf::api
