// The classes of exceptions.
#include <array>

#include "program/builtin.hpp"

namespace sheaf::program {
namespace {

constexpr Builtin made(const ErrorType& type) { return {type.name, nullptr, true, &type}; }

constexpr std::array<Builtin, 18> classes{
    made(errors::base),           made(errors::exception),
    made(errors::arithmetic),     made(errors::zero_division),
    made(errors::overflow),       made(errors::assertion),
    made(errors::attribute),      made(errors::lookup),
    made(errors::index),          made(errors::key),
    made(errors::name),           made(errors::unbound_local),
    made(errors::runtime),        made(errors::not_implemented),
    made(errors::stop_iteration), made(errors::type),
    made(errors::value),          made(errors::import)};

}  // namespace

std::span<const Builtin> error_builtins() { return classes; }

const Builtin& class_of(const ErrorType& type) {
  for (const auto& each : classes) {
    if (each.error == &type) return each;
  }
  return classes[1];
}

}  // namespace sheaf::program
