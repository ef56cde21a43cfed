#include "simulate/bulk_files.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t most_stored = std::size_t{1} << 30;
constexpr std::size_t most_of_a_batch = 200'000'000;
constexpr auto lifetime = std::chrono::days(30);

/// One field of a form.
struct FormPart {
  std::string_view name;
  std::string_view filename;
  std::string_view content;
};

/// The value of `name=value` or `name="value"` in a header.
std::string_view parameter(std::string_view header, std::string_view name) {
  const auto wanted = fmt::format("{}=", name);
  for (auto at = header.find(wanted); at != header.npos; at = header.find(wanted, at + 1)) {
    if (at > 0 && header[at - 1] != ' ' && header[at - 1] != ';') continue;
    auto value = header.substr(at + wanted.size());
    if (!value.starts_with('"')) return text::trim(value.substr(0, value.find(';')));
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return {};
}

FormPart read_part(std::string_view part) {
  constexpr std::string_view blank = "\r\n\r\n";
  const auto end = part.find(blank);
  if (end == part.npos) return {};
  FormPart read{.name = {}, .filename = {}, .content = part.substr(end + blank.size())};
  for (const auto line : text::lines(part.substr(0, end))) {
    if (!text::fold_ascii(line).starts_with("content-disposition:")) continue;
    read.name = parameter(line, "name");
    read.filename = parameter(line, "filename");
  }
  return read;
}

/// RFC 7578. Empty where the body is no form.
std::vector<FormPart> read_form(const HttpRequest& request) {
  const auto* type = find_header(request.headers, "content-type");
  const auto boundary = type == nullptr ? std::string_view() : parameter(*type, "boundary");
  if (boundary.empty()) return {};
  const auto opening = fmt::format("--{}", boundary);
  const auto between = "\r\n" + opening;
  std::string_view rest = request.body;
  if (!rest.starts_with(opening)) return {};
  rest.remove_prefix(opening.size());
  std::vector<FormPart> parts;
  while (rest.starts_with("\r\n")) {
    const auto end = rest.find(between);
    if (end == rest.npos) return {};
    parts.push_back(read_part(rest.substr(2, end - 2)));
    rest.remove_prefix(end + between.size());
  }
  return parts;
}

json::Value file_object(const StoredFile& file, const BulkVisit& visit) {
  const auto created = visit.calendar(file.created);
  return json::Object{{"id", file.id},
                      {"object", "file"},
                      {"bytes", std::ssize(file.content)},
                      {"created_at", unix_seconds(created)},
                      {"expires_at", unix_seconds(created + lifetime)},
                      {"filename", file.name},
                      {"purpose", file.purpose},
                      {"status", "processed"},
                      {"status_details", json::Value()}};
}

SimulatedReply content_reply(const StoredFile& file) {
  auto reply = json_reply(200, file.content);
  for (auto& header : reply.headers) {
    if (header.name == "Content-Type") header.value = "application/octet-stream";
  }
  return reply;
}

}  // namespace

std::expected<SimulatedReply, Refusal> BulkFiles::answer(const BulkVisit& visit) {
  const auto& path = visit.path;
  if (path.size() == 1 && visit.is("POST")) return upload(visit);
  if (path.size() == 1) {
    json::Array all;
    for (const auto& [id, file] : files_) all.push_back(file_object(file, visit));
    return json_reply(200, json::dump(json::Object{
                               {"object", "list"}, {"data", std::move(all)}, {"has_more", false}}));
  }
  const auto* file = find(path[1]);
  if (file == nullptr) return std::unexpected(no_such("file"));
  if (path.size() == 3 && path[2] == "content") return content_reply(*file);
  if (path.size() != 2) return std::unexpected(no_such("address"));
  if (visit.is("DELETE")) return remove(*file);
  return json_reply(200, json::dump(file_object(*file, visit)));
}

std::expected<SimulatedReply, Refusal> BulkFiles::upload(const BulkVisit& visit) {
  std::string_view purpose;
  const auto parts = read_form(visit.http);
  const FormPart* file = nullptr;
  for (const auto& part : parts) {
    if (part.name == "purpose") purpose = part.content;
    if (part.name == "file") file = &part;
  }
  if (file == nullptr) return refuse("'file' is a required property of the form", "file");
  if (purpose.empty()) return refuse("'purpose' is a required property of the form", "purpose");
  if (purpose == "batch" && file->content.size() > most_of_a_batch) {
    return std::unexpected(Refusal{.status = 413,
                                   .message = "a batch file may have 200 MB at most",
                                   .code = "file_too_large",
                                   .param = "file"});
  }
  if (bytes_ + file->content.size() > most_stored) {
    return refuse("the simulated model keeps a gibibyte of files at most", "file");
  }
  const auto id =
      add(std::string(file->filename), std::string(purpose), std::string(file->content), visit.now);
  return json_reply(200, json::dump(file_object(*find(id), visit)));
}

std::expected<SimulatedReply, Refusal> BulkFiles::remove(const StoredFile& file) {
  const auto id = file.id;
  bytes_ -= file.content.size();
  files_.erase(id);
  return json_reply(200,
                    json::dump(json::Object{{"id", id}, {"object", "file"}, {"deleted", true}}));
}

std::string BulkFiles::add(std::string name, std::string purpose, std::string content, Time now) {
  auto id = fmt::format("file-simulated-{:06}", ++made_);
  bytes_ += content.size();
  files_.emplace(id, StoredFile{id, std::move(name), std::move(purpose), std::move(content), now});
  return id;
}

const StoredFile* BulkFiles::find(std::string_view id) const {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace sheaf::simulate
