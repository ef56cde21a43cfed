// Clients of the simulated bulk addresses, written by hand.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "spoken.hpp"

namespace sheaf::simulate {

/// Jobs over rows of the sums task; line i asks the rows 2i and 2i + 1.
class BulkLab {
 public:
  explicit BulkLab(const SimulateOptions& options = {}, int rows = 40)
      : lab(parse_task(number_yaml()), number_rows(rows), options) {
    lab.model->set_start(CalendarTime(std::chrono::seconds(1'000'000'000)));
  }

  SimulatedReply send(const std::string& method, const std::string& url, std::string body = {},
                      std::vector<Header> headers = {}) {
    headers.push_back({"Host", "127.0.0.1:9"});
    if (url.starts_with("/v1/messages")) headers.push_back({"anthropic-version", "2023-06-01"});
    return lab.model->answer({method, url, std::move(headers), std::move(body)}, lab.now);
  }
  json::Value told(const std::string& method, const std::string& url, std::string body = {}) {
    const auto reply = send(method, url, std::move(body));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return body_of(reply);
  }
  json::Value get(const std::string& url) { return told("GET", url); }

  json::Object params(const std::string& format, std::size_t line) {
    return body_in(format_named(format), lab, {2 * line, 2 * line + 1});
  }
  std::string openai_line(const std::string& id, const json::Value& body,
                          const std::string& url = "/v1/chat/completions") {
    return json::dump(
               json::Object{{"custom_id", id}, {"method", "POST"}, {"url", url}, {"body", body}}) +
           "\n";
  }
  std::string openai_lines(std::size_t count, const std::string& format = "chat") {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) {
      lines += openai_line("c" + std::to_string(i), params(format, i), format_named(format).url);
    }
    return lines;
  }

  SimulatedReply upload(const std::string& content, const std::string& purpose = "batch") {
    const std::string form =
        "--edge\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" + purpose +
        "\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n" +
        content + "\r\n--edge--\r\n";
    return send("POST", "/v1/files", form,
                {{"Content-Type", "multipart/form-data; boundary=edge"}});
  }
  std::string uploaded(const std::string& content) {
    return text_at(body_of(upload(content)), "id");
  }
  static json::Object batch_of(const std::string& file,
                               const std::string& endpoint = "/v1/chat/completions") {
    return {{"input_file_id", file}, {"endpoint", endpoint}, {"completion_window", "24h"}};
  }
  json::Value create(const std::string& lines,
                     const std::string& endpoint = "/v1/chat/completions") {
    return told("POST", "/v1/batches", json::dump(batch_of(uploaded(lines), endpoint)));
  }
  json::Value batch(const json::Value& made) { return get("/v1/batches/" + text_at(made, "id")); }
  /// The lines of a result file by custom_id, in its order.
  std::vector<std::pair<std::string, json::Value>> results(const std::string& file) {
    return lines_of(send("GET", "/v1/files/" + file + "/content").body);
  }
  static std::vector<std::pair<std::string, json::Value>> lines_of(const std::string& content) {
    std::vector<std::pair<std::string, json::Value>> lines;
    for (const auto line : text::lines(content)) {
      auto parsed = json::parse(line);
      EXPECT_TRUE(parsed) << line;
      if (parsed) lines.emplace_back(text_at(*parsed, "custom_id"), *parsed);
    }
    return lines;
  }

  json::Array requests(std::size_t count) {
    json::Array all;
    for (std::size_t i = 0; i < count; ++i) {
      all.emplace_back(
          json::Object{{"custom_id", "c" + std::to_string(i)}, {"params", params("messages", i)}});
    }
    return all;
  }
  SimulatedReply post_messages(const json::Value& requests) {
    return send("POST", "/v1/messages/batches", json::dump(json::Object{{"requests", requests}}));
  }
  json::Value create_messages(const json::Value& requests) {
    const auto reply = post_messages(requests);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return body_of(reply);
  }

  Lab lab;
};

/// "The answer is 2." and so on of a reply's text, to know whose it is.
inline bool answers_line(const std::string& text, std::size_t line) {
  const auto said = [](std::size_t row) {
    return "The answer is " + std::to_string(2 * row) + ".";
  };
  return text.find(said(2 * line)) != text.npos && text.find(said(2 * line + 1)) != text.npos;
}

}  // namespace sheaf::simulate
