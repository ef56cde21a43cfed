#include <iostream>

#include <sheaf/error.hpp>

int main() {
  const auto refused = sheaf::fail(sheaf::ErrorCode::usage, "the installed header works");
  std::cout << refused.error().message << '\n';
  return refused.error().code == sheaf::ErrorCode::usage ? 0 : 1;
}
