#include "run/ordered_writer.hpp"

#include <utility>

namespace sheaf::run {

OrderedWriter::OrderedWriter(Sink sink, store::Checkpoint& store, Order order,
                             std::size_t memory_bytes)
    : sink_(std::move(sink)), store_(store), order_(order), memory_bytes_(memory_bytes) {}

Expected<void> OrderedWriter::write(const std::string& line) {
  ++written_;
  return sink_(line);
}

Expected<void> OrderedWriter::put(std::int64_t sequence, std::string line) {
  if (order_ == Order::completion) return write(line);
  if (sequence == next_) {
    ++next_;
    if (auto done = write(line); !done) return done;
    return waiting_ > 0 ? write_ready() : Expected<void>{};
  }
  ++waiting_;
  if (held_bytes_ + line.size() > memory_bytes_) {
    ++parked_;
    return store_.park(sequence, line);
  }
  held_bytes_ += line.size();
  held_.emplace(sequence, std::move(line));
  return {};
}

Expected<void> OrderedWriter::write_ready() {
  for (; waiting_ > 0; ++next_, --waiting_) {
    if (!held_.empty() && held_.begin()->first == next_) {
      auto line = held_.extract(held_.begin());
      held_bytes_ -= line.mapped().size();
      if (auto done = write(line.mapped()); !done) return done;
      continue;
    }
    if (parked_ == 0) return {};
    auto line = store_.unpark(next_);
    if (!line) return std::unexpected(line.error());
    if (!*line) return {};
    --parked_;
    if (auto done = write(**line); !done) return done;
  }
  return {};
}

}  // namespace sheaf::run
