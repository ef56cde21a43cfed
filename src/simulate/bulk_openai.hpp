// OpenAI's Batch API.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/simulate.hpp>

#include "simulate/bulk_engine.hpp"
#include "simulate/bulk_files.hpp"
#include "simulate/bulk_visit.hpp"

namespace sheaf::simulate {

/// Files and batches. What is wrong with a file's lines fails the batch after it was created, as
/// there; what is wrong with the request itself is refused. Borrows the engine. Single-threaded.
class OpenAiBulk {
 public:
  OpenAiBulk(BulkEngine& engine, SimulatedDialect dialect) : engine_(engine), dialect_(dialect) {}

  /// Whether the address is one of its own.
  static bool serves(const std::vector<std::string_view>& path);
  /// Jobs that are due must have ended before.
  std::expected<SimulatedReply, Refusal> answer(const BulkVisit& visit);

 private:
  struct LineError {
    std::string_view code;
    std::string message;
    std::int64_t line = 0;
  };
  struct Batch {
    std::string id;
    std::string endpoint;
    std::string input_file;
    json::Value metadata;
    std::string model;
    Time created{0};
    std::vector<LineError> errors;  ///< It failed, and is no job.
    BulkJob* job = nullptr;
    std::string output_file;  ///< Made when it is first looked at.
    std::string error_file;
    bool has_files = false;
  };
  /// The lines of a file, and the model that they all name.
  struct Input {
    std::vector<BulkLine> lines;
    std::string model;
    std::vector<LineError> errors;
  };

  std::expected<SimulatedReply, Refusal> create(const BulkVisit& visit);
  std::expected<SimulatedReply, Refusal> list(const BulkVisit& visit);
  Input read_input(std::string_view content, std::string_view endpoint) const;
  static std::optional<LineError> read_line(std::string_view text, std::string_view endpoint,
                                            Input& input);
  void make_files(Batch& batch);
  json::Value batch_object(const Batch& batch, const BulkVisit& visit) const;

  BulkEngine& engine_;
  SimulatedDialect dialect_;
  BulkFiles files_;
  std::deque<Batch> batches_;
};

}  // namespace sheaf::simulate
