// Formats 2 to 5 as they stand in files out there. A change here is a new format with a new
// number.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

/// Each record of a query as a line.
std::string query(const std::string& path, const std::string& sql) {
  std::string lines;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  const auto add_line = [](void* to, int columns, char** values, char**) {
    auto& text = *static_cast<std::string*>(to);
    for (int i = 0; i < columns; ++i) text += (i > 0 ? "|" : "") + std::string(values[i]);
    text += '\n';
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), add_line, &lines, nullptr), SQLITE_OK) << sql;
  sqlite3_close(database);
  return lines;
}

/// Every table's records, each value as SQL writes it.
std::string dump(const std::string& path) {
  const auto columns = query(path,
                             "SELECT 'SELECT ''' || t.name || ''', ' || "
                             "group_concat('quote(' || c.name || ')') || ' FROM ' || t.name || ';' "
                             "FROM sqlite_schema t, pragma_table_info(t.name) c GROUP BY t.name");
  return query(path, columns);
}

TEST(CheckpointFormat, StaysFormatTwo) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    must(checkpoint->set_task_mark({"triage", "q", "r"}));
    must(checkpoint->set_output_mark(OutputMark{"out.jsonl", 100, 18'446'744'073'709'551'615U}));
    must(checkpoint->add({0x0011'2233'4455'6677, 0x8899'aabb'ccdd'eeff}, "a"));
    must(checkpoint->commit());
    must(checkpoint->add({1, 2}, "b"));
    must(checkpoint->add_row(0, "a", 1));
    must(checkpoint->add_row(1, "b", 2));
    must(checkpoint->add_row(2, "c", 2));
    auto record = failed(0);
    record.text = "may";
    record.detail = "no";
    must(checkpoint->write(1, record));
    must(checkpoint->park(2, "{}"));
    auto start = start_of({2, 1, 300});
    start.prompt_prefix = "prefix";
    start.prompt_rest = "rest";
    must(checkpoint->begin_attempt(start));
    must(checkpoint->begin_attempt(start));
    must(checkpoint->end_attempt(1, completed()));
    must(checkpoint->end_attempt(2, faulted(true)));
    must(checkpoint->commit());
  }
  EXPECT_EQ(dump(path), R"(attempts|1|1000|2|3|X'0401D604'|4000|5000000|1|3208221898026731376
attempts|2|1000|2|3|X'0401D604'|4000|5000000|1|-4206294464087574992
ends|1|'length'|''|1|900|300|40|10|2000000|1500|777|6847133004033053685
ends|2|'other'|'rate-limited'|1|NULL|NULL|NULL|NULL|0|1500|5|1606761737573497859
meta|'output_bytes'|'100'|4228588446672183633
meta|'output_digest'|'18446744073709551615'|5583466938873910865
meta|'output_path'|'out.jsonl'|-4979428841933316249
meta|'reading_identity'|'r'|4552293387237121910
meta|'request_identity'|'q'|-2929060690510463592
meta|'task_name'|'triage'|-3298104085294850110
outcomes|1|1|X'3E0404D00FE807280EAAB4DE750C060400066D61790E6D697373696E67046E6F'|3433718469410166937
parked|2|'{}'|-1583883405867851525
prefixes|1|'prefix'|-8219297061204677538
prompts|1|'rest'|-1340661722835808944
prompts|2|'rest'|-5468574819416636591
replies|1|'Answer[1]: billing
Answer[2]: bug'|''|5075876472041840511
replies|2|''|'429: slow down'|-807770085920704746
rows|0|NULL|1|2|-7481201116046762062
rows|2|'c'|2|1|5072316254513816606
samples|1|1|X'2200112233445566778899AABBCCDDEEFF61'|-2514210292117496356
samples|2|1|X'220000000000000001000000000000000262'|-1860944971030310528
)");
}

TEST(CheckpointFormat, IsTheThirdFromTheFirstRequestForVectorsOn) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    must(checkpoint->set_task_mark({"triage", "q", "r"}));
    must(checkpoint->begin_attempt(start_of({})));
    must(checkpoint->commit());
  }
  EXPECT_EQ(query(path, "PRAGMA user_version"), "2\n");
  {
    const auto checkpoint = open_writing(path);
    auto start = start_of({});
    start.round = 0;
    must(checkpoint->begin_attempt(start));
    EXPECT_EQ(query(path, "PRAGMA user_version"), "2\n") << "not before the commit";
    must(checkpoint->commit());
    must(checkpoint->add_vector({{0x0011'2233'4455'6677, 0x8899'aabb'ccdd'eeff}, 2, {1, -2.5F}}));
    must(checkpoint->commit());
  }
  EXPECT_EQ(query(path, "PRAGMA user_version"), "3\n");
  EXPECT_EQ(query(path, "SELECT vector, attempt, quote(key), quote(list), checksum FROM vectors"),
            "1|2|X'00112233445566778899AABBCCDDEEFF'|X'0000803F000020C0'|-8380095638458449386\n");
  const auto checkpoint = open_reading(path);
  std::size_t vectors = 0;
  must(checkpoint->for_each_vector([&](const VectorRecord&) { ++vectors; }));
  EXPECT_EQ(vectors, 1U);
}

/// What a program leaves that knows no cache writes: of format 3 when it bought vectors.
void make_older(const std::string& path, bool with_vectors) {
  const auto checkpoint = open_writing(path);
  must(checkpoint->set_task_mark({"triage", "q", "r"}));
  must(checkpoint->add(key_of(1), "row-1"));
  must(checkpoint->add(key_of(2), "row-2"));
  must(checkpoint->write(1, answered(1)));
  must(checkpoint->begin_attempt(start_of({1, 2})));
  must(checkpoint->end_attempt(1, completed()));
  if (with_vectors) {
    auto start = start_of({});
    start.round = 0;
    must(checkpoint->begin_attempt(start));
    must(checkpoint->add_vector({key_of(7), 2, {1, -2.5F}}));
  }
  must(checkpoint->commit());
}

/// Goes on with it, and is told of a cache write.
void go_on(const std::string& path, AttemptNo next) {
  const auto checkpoint = open_writing(path);
  expect_equal(must(checkpoint->read(1)), answered(1));
  auto record = failed(2);
  record.usage.cache_write_tokens = 300;
  auto end = completed();
  end.usage->cache_write_tokens = 600;
  ASSERT_EQ(must(checkpoint->begin_attempt(start_of({2}))), next);
  must(checkpoint->end_attempt(next, end));
  must(checkpoint->write(2, record));
  must(checkpoint->commit());
}

TEST(CheckpointFormat, OlderFilesAreContinuedAndBecomeTheFourthWithTheFirstCacheWrite) {
  for (const bool with_vectors : {false, true}) {
    const TemporaryFolder folder;
    const auto path = folder.file("out.sheaf");
    make_older(path, with_vectors);
    EXPECT_EQ(query(path, "PRAGMA user_version"), with_vectors ? "3\n" : "2\n");
    EXPECT_EQ(must(open_reading(path)->spending()).usage, *completed().usage);
    const AttemptNo next = with_vectors ? 3 : 2;
    go_on(path, next);
    EXPECT_EQ(query(path, "PRAGMA user_version"), "4\n");
    const auto checkpoint = open_reading(path);
    const auto attempts = attempts_of(*checkpoint);
    ASSERT_EQ(std::ssize(attempts), next);
    expect_equal(attempts.front().end.value(), completed());
    EXPECT_EQ(attempts.back().end.value().usage.value().cache_write_tokens, 600);
    expect_equal(must(checkpoint->read(1)), answered(1));
    EXPECT_EQ(must(checkpoint->read(2)).usage.cache_write_tokens, 300);
    std::size_t vectors = 0;
    must(checkpoint->for_each_vector([&](const VectorRecord&) { ++vectors; }));
    EXPECT_EQ(vectors, with_vectors ? 1U : 0U);
  }
}

TEST(CheckpointFormat, TheFourthHasCacheWritesAsALastColumnAndBehindTheSamplesTexts) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_older(path, false);
  go_on(path, 2);
  EXPECT_EQ(query(path,
                  "SELECT attempt, quote(reasoning_tokens), quote(cache_write_tokens), checksum "
                  "FROM ends"),
            "1|10|NULL|6847133004033053685\n2|10|600|-6820798669691790365\n");
  EXPECT_EQ(
      query(path, "SELECT quote(list) FROM outcomes"),
      "X'6E0204D20FE807280EACB4DE750C0604122262696C6C696E67223654686520616E73776572206973206269"
      "6C6C696E672E0AC38409310000'\n"
      "X'9C010404D40FE807280EAEB4DE750C0604003654686520616E737765722069732062696C6C696E672E0AC3"
      "8409320E6D697373696E672E6E6F20616E7377657220756E64657220697473206B6579D804'\n");
  EXPECT_EQ(query(path, "SELECT name FROM sqlite_schema WHERE name='vectors'"), "vectors\n");
}

TEST(CheckpointFormat, IsTheFourthAlsoByASampleAlone) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_older(path, false);
  auto record = answered(1);
  record.usage.cache_write_tokens = 300;
  const auto checkpoint = open_writing(path);
  must(checkpoint->write(1, record));
  must(checkpoint->commit());
  EXPECT_EQ(query(path, "PRAGMA user_version"), "4\n");
  expect_equal(must(open_reading(path)->read(1)), record);
}

TEST(CheckpointFormat, VectorsMayComeAfterTheFirstCacheWrite) {
  auto asking = start_of({});
  asking.round = 0;
  for (const bool reopened : {false, true}) {
    const TemporaryFolder folder;
    const auto path = folder.file("out.sheaf");
    make_older(path, false);
    auto checkpoint = open_writing(path);
    auto record = answered(1);
    record.usage.cache_write_tokens = 300;
    must(checkpoint->write(1, record));
    must(checkpoint->commit());
    if (reopened) {
      checkpoint.reset();
      checkpoint = open_writing(path);
    }
    must(checkpoint->begin_attempt(asking));
    must(checkpoint->add_vector({key_of(7), 2, {1}}));
    must(checkpoint->commit());
    EXPECT_EQ(query(path, "PRAGMA user_version"), "4\n");
  }
}

/// Begins two bulk requests, and puts one of them into a job.
void begin_bulk(Checkpoint& checkpoint) {
  auto bulk = start_of({1});
  bulk.is_bulk = true;
  bulk.output_cap = 77;
  const auto attempt = must(checkpoint.begin_attempt(bulk));
  must(checkpoint.begin_attempt(bulk));
  must(checkpoint.add_bulk_job({"n-1", "https://a/v1", "/chat", 1000, "file", "batch"},
                               std::array{attempt}));
}

TEST(CheckpointFormat, IsTheFifthFromTheFirstBulkRequestOn) {
  for (const bool with_vectors : {false, true}) {
    const TemporaryFolder folder;
    const auto path = folder.file("out.sheaf");
    make_older(path, with_vectors);
    const auto old = with_vectors ? "3\n" : "2\n";
    {
      const auto checkpoint = open_writing(path);
      begin_bulk(*checkpoint);
      EXPECT_EQ(query(path, "PRAGMA user_version"), old) << "not before the commit";
      must(checkpoint->commit());
    }
    EXPECT_EQ(query(path, "PRAGMA user_version"), "5\n");
    const auto next = with_vectors ? "3" : "2";
    const auto after = with_vectors ? "4" : "3";
    EXPECT_EQ(query(path, "SELECT attempt, job, output_cap FROM bulk_requests"),
              std::string(next) + "|1|77\n" + after + "|0|77\n");
    EXPECT_EQ(query(path, "SELECT name FROM sqlite_schema WHERE name='vectors'"), "vectors\n");
    const auto checkpoint = open_writing(path);
    expect_equal(must(checkpoint->read(1)), answered(1));
    expect_equal(attempts_of(*checkpoint).front().end.value(), completed());
    EXPECT_EQ(must(checkpoint->open_bulk_requests()).size(), 2U);
    auto end = completed();
    end.usage->cache_write_tokens = 600;
    must(checkpoint->end_attempt(with_vectors ? 3 : 2, end));
    must(checkpoint->commit());
    EXPECT_EQ(query(path, "PRAGMA user_version"), "5\n");
    EXPECT_EQ(must(checkpoint->open_bulk_requests()).size(), 1U);
  }
}

TEST(CheckpointFormat, TheFifthHasTablesOfBulkJobsAndOfTheRequestsInThem) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_older(path, false);
  {
    const auto checkpoint = open_writing(path);
    begin_bulk(*checkpoint);
    must(checkpoint->commit());
  }
  EXPECT_EQ(query(path, "SELECT * FROM bulk_jobs"),
            "1|n-1|https://a/v1|/chat|1000|file|batch|-7716547936145207280\n");
  EXPECT_EQ(query(path, "SELECT * FROM bulk_requests"),
            "2|1|77|-7906760041180991566\n3|0|77|-6599421856612562784\n");
}

TEST(CheckpointFormat, TheFifthMayFollowTheFourth) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_older(path, false);
  go_on(path, 2);
  const auto checkpoint = open_writing(path);
  begin_bulk(*checkpoint);
  must(checkpoint->commit());
  EXPECT_EQ(query(path, "PRAGMA user_version"), "5\n");
  EXPECT_EQ(must(open_reading(path)->read(2)).usage.cache_write_tokens, 300);
}

}  // namespace
}  // namespace sheaf::store
