// Bulk jobs of all providers: bulk/*.json have replies and result lines in the shapes that each
// documents, and what they mean.
#include "provider/bulk.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "provider/provider.hpp"
#include "written.hpp"

namespace sheaf::provider {
namespace {

constexpr std::int64_t now = 1'741'569'952;

/// Those of a written exchange.
struct Parts {
  explicit Parts(const Written& written) {
    ModelSpec model;
    model.name = text_at(written.file, "model");
    model.api = api_of(text_at(written.exchange, "api", text_at(written.file, "api")));
    const auto api = model.api;
    provider = make_provider(std::move(model));
    bulk = make_bulk(text_at(written.file, "preset"), api, *provider).value();
  }
  std::unique_ptr<Provider> provider;
  std::unique_ptr<Bulk> bulk;
};

std::string test_name(const testing::TestParamInfo<Written>& each) {
  return each.param.server + "_" + text_at(each.param.exchange, "name");
}

std::vector<std::string> texts_at(const json::Value& value, std::string_view name) {
  std::vector<std::string> texts;
  for (const auto& each : *value.find(name)->array()) texts.push_back(*each.string());
  return texts;
}

bool flag_at(const json::Value& value, std::string_view name) {
  const auto* flag = value.find(name);
  return flag != nullptr && *flag->boolean();
}

/// Whether `read` is the fault that is written; false where none is.
template <class Read>
bool was_fault(const Written& written, const Read& read) {
  const auto* fault = written.exchange.find("fault");
  if (fault == nullptr) {
    EXPECT_TRUE(read) << read.error().detail;
    return !read;
  }
  EXPECT_FALSE(read);
  if (!read) expect_fault(*fault, read.error());
  return true;
}

class BulkUploads : public testing::TestWithParam<Written> {};

TEST_P(BulkUploads, AReplyIsReadAsItsServerMeansIt) {
  const auto& written = GetParam();
  const auto read = Parts(written).bulk->read_upload(response_of(written.exchange), now);
  if (was_fault(written, read)) return;
  EXPECT_EQ(*read, text_at(written.exchange, "upload"));
}

INSTANTIATE_TEST_SUITE_P(Servers, BulkUploads, testing::ValuesIn(all_in("bulk", "uploads")),
                         test_name);

class BulkJobs : public testing::TestWithParam<Written> {};

TEST_P(BulkJobs, AJobStandsWhereItsServerSays) {
  const auto& written = GetParam();
  const auto read = Parts(written).bulk->read_status(response_of(written.exchange), now);
  if (was_fault(written, read)) return;
  const auto& expected = *written.exchange.find("job");
  EXPECT_EQ(read->id, text_at(expected, "id"));
  EXPECT_EQ(read->is_over, flag_at(expected, "over"));
  EXPECT_EQ(read->word, text_at(expected, "word"));
  EXPECT_EQ(read->nonce, text_at(expected, "nonce"));
  EXPECT_EQ(read->created, number_at(expected, "created"));
  const json::Array counts{read->requests, read->done, read->failed};
  EXPECT_EQ(counts, *expected.find("counts")->array());
  EXPECT_EQ(read->results, texts_at(expected, "results"));
  EXPECT_EQ(read->is_queue_full, flag_at(expected, "queue_full"));
  const auto* refusal = written.exchange.find("refusal");
  ASSERT_EQ(read->refusal.has_value(), refusal != nullptr);
  if (refusal != nullptr) expect_fault(*refusal, *read->refusal);
}

INSTANTIATE_TEST_SUITE_P(Servers, BulkJobs, testing::ValuesIn(all_in("bulk", "jobs")), test_name);

class BulkLists : public testing::TestWithParam<Written> {};

TEST_P(BulkLists, APageIsReadAsItsServerMeansIt) {
  const auto& written = GetParam();
  const auto read = Parts(written).bulk->read_list(response_of(written.exchange), now);
  if (was_fault(written, read)) return;
  std::vector<std::string> ids;
  std::vector<std::string> nonces;
  for (const auto& job : read->jobs) {
    ids.push_back(job.id);
    nonces.push_back(job.nonce);
  }
  EXPECT_EQ(ids, texts_at(written.exchange, "ids"));
  EXPECT_EQ(nonces, texts_at(written.exchange, "nonces"));
  EXPECT_EQ(read->next, text_at(written.exchange, "next"));
}

INSTANTIATE_TEST_SUITE_P(Servers, BulkLists, testing::ValuesIn(all_in("bulk", "lists")), test_name);

class BulkResults : public testing::TestWithParam<Written> {};

std::string line_of(const json::Value& exchange) {
  const auto* line = exchange.find("line");
  return line == nullptr ? text_at(exchange, "text") : json::dump(*line);
}

TEST_P(BulkResults, ALineIsReadAsItsServerMeansIt) {
  const auto& written = GetParam();
  const auto read = Parts(written).bulk->read_result(line_of(written.exchange), now);
  const auto* id = written.exchange.find("custom_id");
  ASSERT_EQ(read.has_value(), id != nullptr);
  if (id == nullptr) return;
  EXPECT_EQ(read->custom_id, *id->string());
  if (const auto* completion = written.exchange.find("completion")) {
    expect_completion(*completion, read->exchange);
  } else {
    expect_fault(*written.exchange.find("fault"), read->exchange);
  }
}

TEST_P(BulkResults, ACutLineIsNobodys) {
  const auto& written = GetParam();
  const auto parts = Parts(written);
  const auto line = line_of(written.exchange);
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(parts.bulk->read_result(std::string_view(line).substr(0, length), now)) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, BulkResults, testing::ValuesIn(all_in("bulk", "results")),
                         test_name);

TEST(BulkFiles, EveryProviderHasEveryKindOfExchange) {
  const auto lacks = [](const std::string& server, std::string_view list, std::string_view name) {
    return std::ranges::none_of(all_in("bulk", list), [&](const Written& written) {
      return written.server == server && text_at(written.exchange, "name") == name;
    });
  };
  for (const std::string server : {"anthropic", "openai"}) {
    for (const auto name :
         {"in_progress", "auth", "rate_limit", "overload", "server_error", "not_found", "html",
          "error_member", "half_json", "doubled_key", "other_object"}) {
      EXPECT_FALSE(lacks(server, "jobs", name)) << server << " lacks " << name;
    }
    for (const auto name : {"success", "last_page", "empty", "one_is_no_batch", "garbage"}) {
      EXPECT_FALSE(lacks(server, "lists", name)) << server << " lacks " << name;
    }
    for (const auto name :
         {"success", "truncation", "refusal", "bad_request", "too_long", "auth", "rate_limit",
          "server_error", "timeout", "expired", "canceled", "custom_id_twice", "garbage"}) {
      EXPECT_FALSE(lacks(server, "results", name)) << server << " lacks " << name;
    }
  }
}

}  // namespace
}  // namespace sheaf::provider
