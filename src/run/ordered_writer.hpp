// Results in input order from answers in any order, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "store/checkpoint.hpp"

namespace sheaf::run {

/// Takes result lines by their row's sequence number, from 0 without gaps, and writes each once.
/// Lines that are early wait in memory up to `memory_bytes`, then parked in the checkpoint. Borrows
/// both; single-threaded. Call `put` only for results whose record is committed.
class OrderedWriter {
 public:
  /// Takes one line, without its newline.
  using Sink = std::function<Expected<void>(std::string_view line)>;
  OrderedWriter(Sink sink, store::Checkpoint& store, Order order, std::size_t memory_bytes);
  Expected<void> put(std::int64_t sequence, std::string line);
  /// Lines put but not yet written.
  std::int64_t waiting() const { return waiting_; }
  std::int64_t written() const { return written_; }

 private:
  Expected<void> write(const std::string& line);
  Expected<void> write_ready();

  Sink sink_;
  store::Checkpoint& store_;
  Order order_;
  std::size_t memory_bytes_;
  std::size_t held_bytes_ = 0;
  std::map<std::int64_t, std::string> held_;
  std::int64_t parked_ = 0;
  std::int64_t next_ = 0;
  std::int64_t waiting_ = 0;
  std::int64_t written_ = 0;
};

}  // namespace sheaf::run
