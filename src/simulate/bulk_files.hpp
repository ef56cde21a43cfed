// OpenAI's files, as far as bulk jobs need them: uploaded, told of, read, deleted.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "simulate/bulk_visit.hpp"

namespace sheaf::simulate {

struct StoredFile {
  std::string id;
  std::string name;
  std::string purpose;
  std::string content;
  Time created{0};
};

/// Keeps files in memory, a gibibyte of them at most. Single-threaded.
class BulkFiles {
 public:
  /// POST /files, GET /files, GET and DELETE /files/ID, GET /files/ID/content.
  std::expected<SimulatedReply, Refusal> answer(const BulkVisit& visit);

  /// A file of the server's own. Returns its id.
  std::string add(std::string name, std::string purpose, std::string content, Time now);
  const StoredFile* find(std::string_view id) const;

 private:
  std::expected<SimulatedReply, Refusal> upload(const BulkVisit& visit);
  std::expected<SimulatedReply, Refusal> remove(const StoredFile& file);

  std::map<std::string, StoredFile, std::less<>> files_;
  std::size_t bytes_ = 0;
  std::uint64_t made_ = 0;
};

}  // namespace sheaf::simulate
