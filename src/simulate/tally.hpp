// What the simulated model did: the figures of /stats.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/usage.hpp>

#include "simulate/answer_writer.hpp"
#include "simulate/bulk.hpp"
#include "simulate/fault_kinds.hpp"
#include "simulate/sample_index.hpp"

namespace sheaf::simulate {

/// Connections of the server; all 0 where there is none.
struct Connections {
  std::int64_t accepted = 0;
  std::int64_t open = 0;
  std::int64_t peak = 0;
};

/// How many requests are in flight, and were at most.
struct InFlight {
  std::int64_t now = 0;
  std::int64_t peak = 0;
};

struct RowCounts {
  std::int64_t read = 0;
  std::int64_t bad = 0;           ///< Unreadable, or without a column that the sample needs.
  std::int64_t without_gold = 0;  ///< No right answer is known: it is drawn.
};

/// What /stats says beside the counts. Borrows.
struct Surroundings {
  const SampleIndex& index;
  const AnswerWriter* nonces = nullptr;  ///< Null where answers carry none.
  RowCounts rows;
  InFlight in_flight;
  Connections connections;
  BulkCounts bulk;
};

/// Counts what happens. Without `log`, memory does not grow with what is asked, but for a count of
/// each sample. Single-threaded.
class Tally {
 public:
  enum class Log { on, off };
  explicit Tally(Log log) : log_(log) {}

  void count_response(int status) { ++by_status_[status]; }
  void count_usage(const Usage& usage);
  /// A response to a request for vectors, beside `count_response`.
  void count_embeddings_response() { ++embeddings_.requests; }
  /// Vectors of `texts` texts were made, which took `tokens`; part of the usage.
  void count_embeddings(std::int64_t texts, std::int64_t tokens);
  void count(ContentFault fault) { ++content_[static_cast<std::size_t>(fault)]; }
  void count(WireFault fault) { ++wire_[static_cast<std::size_t>(fault)]; }

  /// How often a sample is asked, this time included.
  int ask(SampleIndex::Number sample);
  /// The same for one that is not known by number: as if it came for the first time.
  int ask_unknown();
  void record(SampleIndex::Number sample, std::string_view meant);

  /// The JSON of /stats.
  std::string json(const Surroundings& around) const;

 private:
  /// One answer, and the one before it to the same sample.
  struct Logged {
    std::uint32_t previous = 0;  ///< Position plus one; 0: none.
    std::string meant;
  };

  void append_samples(std::string& out, const Surroundings& around) const;
  void append_sample(std::string& out, std::string_view id, SampleIndex::Number sample,
                     const Surroundings& around) const;
  void append_answers(std::string& out, SampleIndex::Number sample) const;

  struct Embeddings {
    std::int64_t requests = 0;
    std::int64_t texts = 0;
    std::int64_t tokens = 0;
  };

  Log log_;
  Embeddings embeddings_;
  std::map<int, std::int64_t> by_status_;
  Usage usage_;
  std::array<std::int64_t, content_faults.size()> content_{};
  std::array<std::int64_t, wire_faults.size()> wire_{};
  std::int64_t asked_in_all_ = 0;
  std::vector<std::uint32_t> asked_;
  std::vector<std::uint32_t> last_;  ///< Position plus one of a sample's last answer.
  std::deque<Logged> logged_;
};

}  // namespace sheaf::simulate
