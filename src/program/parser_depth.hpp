// Bounds how deep the parser goes into brackets, operators and blocks.
#pragma once

#include "program/parser.hpp"

namespace sheaf::program {

class Parser::Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) {
    if (depth >= deepest) throw Stopped{FailureKind::depth, "the program is nested too deeply"};
    ++depth;
  }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --depth_; }

 private:
  static constexpr int deepest = 100;
  int& depth_;
};

}  // namespace sheaf::program
