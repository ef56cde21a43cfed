#include "program/context.hpp"

#include "core/text.hpp"

namespace sheaf::program {

void Context::out_of_steps() const {
  throw Stopped{FailureKind::steps, "not done after " + std::to_string(limits_.steps) + " steps"};
}

void Context::raise(const ErrorType& type, std::string message) {
  raise(type, text(std::move(message)));
}

void Context::raise(const ErrorType& type, Value argument) {
  step();
  auto error = heap.make<Error>(sizeof(Value), type, Values{std::move(argument)});
  error->line = line;
  throw Raised{error};
}

void Context::refuse(std::string_view what) {
  throw Stopped{FailureKind::unsupported, std::string(what) + " is not supported"};
}

Value Context::text(std::string bytes) {
  std::size_t code_points = 0;
  for (const char byte : bytes) code_points += (byte & 0xC0) != 0x80 ? 1 : 0;
  return text(std::move(bytes), code_points);
}

Value Context::text(std::string bytes, std::size_t code_points) {
  copy_text(bytes.size());
  const auto size = bytes.size();
  return heap.make<Text>(size, std::move(bytes), code_points);
}

Value Context::list(Values items) {
  const auto bytes = items.size() * sizeof(Value);
  work(static_cast<std::int64_t>(items.size()));
  return heap.make<List>(bytes, std::move(items));
}

Value Context::tuple(Values items) {
  const auto bytes = items.size() * sizeof(Value);
  work(static_cast<std::int64_t>(items.size()));
  return heap.make<Tuple>(bytes, std::move(items));
}

Nested::Nested(Context& context) : context_(context) {
  if (context.nesting_ >= deepest) {
    throw Stopped{FailureKind::depth,
                  "nested more than " + std::to_string(deepest) + " levels deep"};
  }
  ++context.nesting_;
}

}  // namespace sheaf::program
