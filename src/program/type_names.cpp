#include "program/type_names.hpp"

#include "program/builtin.hpp"

namespace sheaf::program {

std::string_view type_name(const Value& value) {
  switch (value.type()) {
    case Type::unset:
    case Type::none:
      return "NoneType";
    case Type::boolean:
      return "bool";
    case Type::integer:
    case Type::big:
      return "int";
    case Type::real:
      return "float";
    case Type::text:
      return "str";
    case Type::list:
      return "list";
    case Type::tuple:
      return "tuple";
    case Type::dict:
      return "dict";
    case Type::set:
      return "set";
    case Type::range:
      return "range";
    case Type::slice:
      return "slice";
    case Type::view:
      switch (value.as<View>().kind) {
        case ViewKind::keys:
          return "dict_keys";
        case ViewKind::values:
          return "dict_values";
        default:
          return "dict_items";
      }
    case Type::iterator:
      return "iterator";
    case Type::builtin:
      return value.builtin().is_type ? "type" : "builtin_function_or_method";
    case Type::function:
      return "function";
    case Type::method:
      return "builtin_function_or_method";
    case Type::error:
      return value.as<Error>().kind->name;
    case Type::module:
      return "module";
    case Type::environment:
      break;
  }
  return "object";
}

}  // namespace sheaf::program
