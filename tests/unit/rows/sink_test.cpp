#include "rows/sink.hpp"

#include <csignal>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.hpp"
#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Sink : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST(OutputForm, IsToldByTheEndingAlone) {
  EXPECT_EQ(output_form("a.jsonl"), OutputForm::jsonl);
  EXPECT_EQ(output_form("a.csv.ndjson"), OutputForm::jsonl);
  EXPECT_EQ(output_form("-"), OutputForm::jsonl);
  EXPECT_EQ(output_form("A.CSV"), OutputForm::csv);
  for (const std::string name : {"a.tsv", "a.json", "a", "a.jsonl.gz", "", "csv"}) {
    const auto form = output_form(name);
    ASSERT_FALSE(form) << name;
    EXPECT_EQ(form.error().code, ErrorCode::usage);
    for (const std::string ending : {".jsonl", ".ndjson", ".csv", " - "}) {
      EXPECT_NE(form.error().message.find(ending), std::string::npos) << form.error().message;
    }
  }
}

TEST_F(Sink, GivesTheFileItsNameOnlyWhenItIsComplete) {
  const std::string path = folder_.file("out.jsonl");
  auto sink = ResultSink::open(path);
  ASSERT_TRUE(sink);
  EXPECT_EQ(sink->name(), path + ".partial");
  ASSERT_TRUE(sink->write("one"));
  ASSERT_TRUE(sink->flush());
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(read_bytes(path + ".partial"), "one\n");
  ASSERT_TRUE(sink->write("two"));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(read_bytes(path), "one\ntwo\n");
  EXPECT_FALSE(fs::exists(path + ".partial"));
  EXPECT_EQ(sink->name(), path);
}

TEST_F(Sink, RefusesAFileThatAnotherRunWrites) {
  const std::string path = folder_.file("out.jsonl");
  auto first = ResultSink::open(path);
  ASSERT_TRUE(first->write("one"));
  ASSERT_TRUE(first->flush());
  const auto second = ResultSink::open(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::usage);
  EXPECT_NE(second.error().message.find("another run"), std::string::npos);
  EXPECT_EQ(read_bytes(path + ".partial"), "one\n");
}

TEST_F(Sink, FollowsNoLinkThatLiesInItsPlace) {
  const std::string target = folder_.write("precious", "old\n");
  const std::string path = folder_.file("out.jsonl");
  fs::create_symlink(target, path + ".partial");
  const auto sink = ResultSink::open(path);
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().code, ErrorCode::usage);
  EXPECT_EQ(read_bytes(target), "old\n");
}

TEST_F(Sink, WaitsForNoPipeThatLiesInItsPlace) {
  const std::string path = folder_.file("out.jsonl");
  ASSERT_EQ(mkfifo((path + ".partial").c_str(), 0666), 0);
  const auto alone = ResultSink::open(path);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, ErrorCode::usage);
  const int reader = ::open((path + ".partial").c_str(), O_RDONLY | O_NONBLOCK);
  const auto read = ResultSink::open(path);
  ::close(reader);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("is a pipe, a device"));
}

TEST_F(Sink, CutsNoFileThatHasAnotherName) {
  const std::string target = folder_.write("precious", "old\n");
  const std::string path = folder_.file("out.jsonl");
  fs::create_hard_link(target, path + ".partial");
  const auto sink = ResultSink::open(path);
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().code, ErrorCode::usage);
  EXPECT_EQ(read_bytes(target), "old\n");
}

TEST_F(Sink, FollowsNoLinkInThePlaceOfTheRejected) {
  const std::string target = folder_.write("precious", "old\n");
  const std::string path = folder_.file("out.jsonl.rejected");
  fs::create_symlink(target, path + ".partial");
  EXPECT_FALSE(RejectedSink::open(path));
  fs::remove(path + ".partial");
  fs::create_symlink(target, path);
  auto sink = RejectedSink::open(path);
  ASSERT_TRUE(sink);
  ASSERT_TRUE(sink->finish());
  EXPECT_FALSE(fs::is_symlink(path));
  EXPECT_EQ(read_bytes(target), "old\n");
}

TEST_F(Sink, TakesNoOtherFileOrPipeInThePlaceOfTheRejected) {
  const std::string target = folder_.write("precious", "old\n");
  const std::string path = folder_.file("out.jsonl.rejected");
  fs::create_hard_link(target, path + ".partial");
  EXPECT_FALSE(RejectedSink::open(path));
  EXPECT_EQ(read_bytes(target), "old\n");
  fs::remove(path + ".partial");
  ASSERT_EQ(mkfifo((path + ".partial").c_str(), 0666), 0);
  const int reader = ::open((path + ".partial").c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_FALSE(RejectedSink::open(path));
  ::close(reader);
  fs::remove(path + ".partial");
  fs::create_symlink("/dev/null", path + ".partial");
  EXPECT_FALSE(RejectedSink::open(path));
}

TEST_F(Sink, ReplacesALinkAtItsPathAndNotWhatItNames) {
  const std::string target = folder_.write("precious", "old\n");
  const std::string path = folder_.file("out.jsonl");
  fs::create_symlink(target, path);
  auto sink = ResultSink::open(path);
  ASSERT_TRUE(sink);
  ASSERT_TRUE(sink->finish());
  EXPECT_FALSE(fs::is_symlink(path));
  EXPECT_EQ(read_bytes(target), "old\n");
}

TEST_F(Sink, LeavesThePartialFileWhenItIsNotFinished) {
  const std::string path = folder_.write("out.csv", "old\n");
  {
    auto sink = ResultSink::open(path);
    ASSERT_TRUE(sink->write("new"));
    ASSERT_TRUE(sink->flush());
    const ResultSink moved = std::move(*sink);
    EXPECT_EQ(moved.bytes(), 4);
  }
  EXPECT_EQ(read_bytes(path), "old\n");
  EXPECT_EQ(read_bytes(path + ".partial"), "new\n");
  ASSERT_TRUE(ResultSink::open(path)->finish());
  EXPECT_EQ(read_bytes(path), "") << "an older partial file is replaced, not continued";
}

TEST_F(Sink, CountsBytesAndDigestAsTheFileWillHaveThem) {
  const std::string path = folder_.file("out.jsonl");
  auto sink = ResultSink::open(path);
  std::string expected;
  const std::string line(1000, 'x');
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(sink->write(line));
    expected += line + "\n";
  }
  EXPECT_EQ(sink->bytes(), std::ssize(expected));
  EXPECT_EQ(sink->digest(), hash64(expected));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(read_bytes(path), expected);
  EXPECT_EQ(digest_file(path), (FileDigest{sink->bytes(), sink->digest()}));
}

TEST_F(Sink, RefusesAtOnceWhatItCannotWriteLater) {
  EXPECT_EQ(
      ResultSink::open(folder_.file("none/out.jsonl")).error().message,
      "cannot write " + folder_.file("none/out.jsonl.partial") + ": No such file or directory");
  EXPECT_EQ(ResultSink::open(folder_.file("none/out.jsonl")).error().code, ErrorCode::usage);
  fs::create_directory(folder_.file("folder.csv"));
  EXPECT_EQ(ResultSink::open(folder_.file("folder.csv")).error().message,
            "cannot write " + folder_.file("folder.csv") + ": Is a directory");
  EXPECT_EQ(ResultSink::open(folder_.file("out.txt")).error().code, ErrorCode::usage);
  EXPECT_FALSE(fs::exists(folder_.file("out.txt.partial")));
}

/// While it lives, standard output is a device that is always full.
class FullStandardOutput {
 public:
  FullStandardOutput() : kept_(::dup(STDOUT_FILENO)) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ::dup2(full, STDOUT_FILENO);
    ::close(full);
  }
  FullStandardOutput(const FullStandardOutput&) = delete;
  FullStandardOutput& operator=(const FullStandardOutput&) = delete;
  ~FullStandardOutput() {
    ::dup2(kept_, STDOUT_FILENO);
    ::close(kept_);
  }

 private:
  int kept_;
};

TEST_F(Sink, ReportsAFullDiskAndGoesOnReportingIt) {
  auto sink = ResultSink::open("-");
  ASSERT_TRUE(sink);
  const FullStandardOutput full;
  ASSERT_TRUE(sink->write("one"));
  const auto flushed = sink->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::stopped);
  EXPECT_EQ(flushed.error().message, "cannot write <stdout>: No space left on device");
  EXPECT_FALSE(sink->write("two"));
  EXPECT_FALSE(sink->finish());
}

TEST_F(Sink, ReportsAFullDiskWhileLinesAreWritten) {
  auto sink = ResultSink::open("-");
  const FullStandardOutput full;
  int accepted = 0;
  const std::string line(1000, 'x');
  while (accepted < 10'000 && sink->write(line)) ++accepted;
  EXPECT_LT(accepted, 1000) << "the buffer is bounded";
}

TEST_F(Sink, ReportsAFileThatMayNotGrowInTheMiddleOfItsBuffer) {
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  auto sink = ResultSink::open(folder_.file("out.jsonl"));
  ASSERT_TRUE(sink->write(std::string(1000, 'x')));
  const rlimit small{500, old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto flushed = sink->flush();
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(flushed) << "a part of the buffer was written, then no more";
  EXPECT_EQ(flushed.error().message,
            "cannot write " + folder_.file("out.jsonl.partial") + ": File too large");
}

TEST_F(Sink, ReportsARenameThatFails) {
  const std::string path = folder_.file("out.jsonl");
  auto sink = ResultSink::open(path);
  fs::create_directory(path);
  EXPECT_EQ(sink->finish().error().message,
            "cannot rename " + path + ".partial to " + path + ": Is a directory");
}

TEST_F(Sink, WritesStandardOutputWithoutAPartialFile) {
  const std::string path = folder_.write("captured", "");
  const int saved = dup(STDOUT_FILENO);
  fflush(stdout);
  ASSERT_NE(freopen(path.c_str(), "w", stdout), nullptr);
  auto sink = ResultSink::open("-");
  const std::string name = sink->name();
  const bool written = sink->write("{}") && sink->finish();
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  EXPECT_TRUE(written);
  EXPECT_EQ(name, "<stdout>");
  EXPECT_EQ(read_bytes(path), "{}\n");
}

TEST_F(Sink, DigestsOfFilesThatCannotBeReadAreErrors) {
  EXPECT_EQ(digest_file(folder_.file("none")).error().message,
            "cannot read " + folder_.file("none") + ": No such file or directory");
  EXPECT_FALSE(digest_file(folder_.file("")));
  EXPECT_EQ(digest_file(folder_.write("empty", "")), (FileDigest{0, hash64("")}));
}

TEST_F(Sink, KeepsRejectedRowsWithPlaceReasonAndBytes) {
  const std::string path = folder_.file("out.jsonl.rejected");
  auto sink = RejectedSink::open(path);
  ASSERT_TRUE(sink->write({3, 7, 2, "a,\"b\xff\n", "why \"so\""}));
  ASSERT_TRUE(sink->write({4, 9, 0, "", "too long"}));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(read_bytes(path),
            "{\"row\":3,\"line\":7,\"reason\":\"why \\\"so\\\"\",\"raw\":\"a,\\\"b\ufffd\\n\"}\n"
            "{\"row\":4,\"line\":9,\"reason\":\"too long\",\"raw\":\"\"}\n");
}

}  // namespace
}  // namespace sheaf::rows
