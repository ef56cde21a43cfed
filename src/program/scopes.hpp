// Which variable a name means: resolved while parsing, when a function or comprehension ends.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "program/syntax.hpp"

namespace sheaf::program {

class Scopes {
 public:
  Scopes() { open(false); }

  /// A function's scope, or a comprehension's.
  void open(bool comprehension);
  /// Ends the innermost scope: the number of its variables.
  std::size_t close();
  /// Ends the outermost: the names of its variables.
  std::vector<std::string_view> close_program();

  bool at_top() const { return scopes_.size() == 1; }
  /// Notes that `name` occurs here.
  void use(Name& name);
  /// Makes `name` a variable of the innermost scope; its slot there.
  std::size_t bind(std::string_view name);
  /// The same, past comprehensions: what `:=` does.
  void bind_around(std::string_view name);
  /// False where the name was used before.
  bool declare_global(std::string_view name);
  bool declare_nonlocal(std::string_view name);

  /// The uses since a mark can be moved: into a comprehension that turned out to begin there, out
  /// of it (its first iterable), or away (annotations).
  std::size_t mark() const { return scopes_.back().uses.size(); }
  void open_comprehension(std::size_t mark);
  void move_out(std::size_t mark);
  void forget(std::size_t mark) { scopes_.back().uses.resize(mark); }

 private:
  struct Scope {
    bool comprehension = false;
    std::map<std::string_view, std::size_t> slots;
    std::set<std::string_view> globals;
    std::set<std::string_view> nonlocals;
    /// Names that a scope inside declared nonlocal.
    std::set<std::string_view> wanted;
    std::vector<Name*> uses;
  };

  std::size_t bind_in(Scope& scope, std::string_view name);
  bool used(std::string_view name) const;

  std::vector<Scope> scopes_;
};

}  // namespace sheaf::program
