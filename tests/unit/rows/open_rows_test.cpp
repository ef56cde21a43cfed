#include <array>
#include <filesystem>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  return packed;
}

Shown opened(const std::string& path) {
  const auto source = open_rows(path);
  if (!source) {
    EXPECT_EQ(source.error().code, ErrorCode::usage);
    return {"error: " + source.error().message};
  }
  return all_shown(**source);
}

/// Rows that no buffer on the way holds at once, and that do not pack to nothing.
std::string many_lines(int count) {
  std::string lines;
  std::uint32_t noise = 1;
  for (int i = 0; i < count; ++i) {
    noise = noise * 1664525 + 1013904223;
    lines += "{\"i\":" + std::to_string(i) + ",\"noise\":" + std::to_string(noise) + "}\n";
  }
  return lines;
}

class OpenRows : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(OpenRows, ChoosesTheReaderByTheEndingWhateverItsCase) {
  const Shown json{"1 {\"a\":\"1\"}"};
  const Shown table{"2 {\"a\":\"1\"}"};
  EXPECT_EQ(opened(folder_.write("x.jsonl", "{\"a\":\"1\"}\n")), json);
  EXPECT_EQ(opened(folder_.write("x.ndjson", "{\"a\":\"1\"}\n")), json);
  EXPECT_EQ(opened(folder_.write("x.CSV", "a\n1\n")), table);
  EXPECT_EQ(opened(folder_.write("x.tsv", "a\n1\n")), table);
  EXPECT_EQ(opened(folder_.write("x.csv.gz", gzip("a\n1\n"))), table);
  EXPECT_EQ(opened(folder_.write("x.Jsonl.Zst", zstd("{\"a\":\"1\"}\n"))), json);
}

TEST_F(OpenRows, NamesTheEndingsItKnows) {
  for (const std::string name :
       {"rows.json", "rows", "rows.csv.bz2", "rows.gz", "csv", "rows.csv.gz.zst"}) {
    const auto source = open_rows(folder_.file(name));
    ASSERT_FALSE(source) << name;
    EXPECT_EQ(source.error().code, ErrorCode::usage);
    for (const std::string ending : {".jsonl", ".ndjson", ".csv", ".tsv", ".gz", ".zst", " - "}) {
      EXPECT_NE(source.error().message.find(ending), std::string::npos) << source.error().message;
    }
  }
}

TEST_F(OpenRows, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(
      opened(folder_.file("none.csv")),
      (Shown{"error: cannot read " + folder_.file("none.csv") + ": No such file or directory"}));
  std::filesystem::create_directory(folder_.file("folder.jsonl"));
  EXPECT_EQ(opened(folder_.file("folder.jsonl")),
            (Shown{"error: cannot read " + folder_.file("folder.jsonl") + ": Is a directory"}));
  // Reading a process's memory at address 0 fails even for the superuser.
  std::filesystem::create_symlink("/proc/self/mem", folder_.file("broken.csv"));
  EXPECT_EQ(opened(folder_.file("broken.csv")),
            (Shown{"error: cannot read " + folder_.file("broken.csv") + ": Input/output error"}));
}

TEST_F(OpenRows, SaysWhenAFileIsForbidden) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may read everything";
  const auto path = folder_.write("secret.csv", "a\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  EXPECT_EQ(opened(path), (Shown{"error: cannot read " + path + ": Permission denied"}));
}

TEST_F(OpenRows, DropsAByteOrderMark) {
  EXPECT_EQ(opened(folder_.write("x.jsonl", "\xef\xbb\xbf{\"a\":1}")), (Shown{"1 {\"a\":1}"}));
  EXPECT_EQ(opened(folder_.write("x.csv", "\xef\xbb\xbf\"a\"\n1")), (Shown{"2 {\"a\":\"1\"}"}));
  EXPECT_EQ(opened(folder_.write("x.csv.gz", gzip("\xef\xbb\xbf"
                                                  "a\n1"))),
            (Shown{"2 {\"a\":\"1\"}"}));
  EXPECT_EQ(opened(folder_.write("y.csv", "\xef\xbb")),
            (Shown{"error: " + folder_.file("y.csv") +
                   ":1:1: the header cannot be used: not valid UTF-8 at byte 1"}));
}

TEST_F(OpenRows, RefusesUtf16ByItsName) {
  for (const std::string& mark : {std::string("\xff\xfe"
                                              "a"),
                                  std::string("\xfe\xff", 2)}) {
    const auto path = folder_.write("x.csv", mark);
    EXPECT_EQ(opened(path), (Shown{"error: " + path + " is UTF-16 text; save it as UTF-8"}));
  }
}

TEST_F(OpenRows, TellsTheShareOfAPackedFile) {
  const std::string lines = many_lines(40'000);
  for (const std::string& path :
       {folder_.write("x.jsonl", lines), folder_.write("x.jsonl.gz", gzip(lines)),
        folder_.write("x.jsonl.zst", zstd(lines))}) {
    const auto source = open_rows(path);
    for (int i = 0; i < 20'000; ++i) ASSERT_TRUE((*source)->next());
    EXPECT_NEAR((*source)->fraction_read().value(), 0.5, 0.05) << path;
    all_rows(**source);
    EXPECT_EQ((*source)->fraction_read(), 1.0) << path;
  }
}

TEST_F(OpenRows, ReadsEveryMemberAndEveryFrame) {
  const Shown both{"1 {\"a\":1}", "2 {\"a\":2}", "3 {\"a\":3}"};
  EXPECT_EQ(opened(folder_.write("x.jsonl.gz",
                                 gzip("{\"a\":1}\n{\"a\"") + gzip("") + gzip(":2}\n{\"a\":3}"))),
            both);
  EXPECT_EQ(opened(folder_.write("x.jsonl.zst",
                                 zstd("{\"a\":1}\n{\"a\"") + zstd("") + zstd(":2}\n{\"a\":3}"))),
            both);
  const std::string skippable("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  EXPECT_EQ(opened(folder_.write("y.jsonl.zst", skippable + zstd("{}") + skippable)),
            (Shown{"1 {}"}));
}

TEST_F(OpenRows, AllowsZeroBytesBehindGzipDataAndNothingElse) {
  EXPECT_EQ(opened(folder_.write("x.jsonl.gz", gzip("{}\n") + std::string(100'000, '\0'))),
            (Shown{"1 {}"}));
  const auto path = folder_.write("y.jsonl.gz", gzip("{}\n") + "tail");
  EXPECT_EQ(opened(path),
            (Shown{"1 {}", "error: " + path + ": broken gzip data: incorrect header check"}));
}

TEST_F(OpenRows, RefusesWhatIsNotPacked) {
  const auto gz = folder_.write("x.jsonl.gz", "{\"a\":1}\n");
  EXPECT_EQ(opened(gz), (Shown{"error: " + gz + ": broken gzip data: incorrect header check"}));
  const auto zst = folder_.write("x.jsonl.zst", "{\"a\":1}\n");
  EXPECT_EQ(opened(zst), (Shown{"error: " + zst + ": broken zstd data: Unknown frame descriptor"}));
  const auto empty = folder_.write("empty.jsonl.gz", "");
  EXPECT_EQ(opened(empty),
            (Shown{"error: " + empty + ": the gzip data end too early; the file is cut"}));
  const auto empty_zst = folder_.write("empty.jsonl.zst", "");
  EXPECT_EQ(opened(empty_zst),
            (Shown{"error: " + empty_zst + ": the zstd data end too early; the file is cut"}));
}

TEST_F(OpenRows, RefusesAZstdWindowOfMoreThan128Mebibytes) {
  const auto frame = [](int window_log) {
    const auto window = static_cast<char>((window_log - 10) << 3);
    return std::string("\x28\xb5\x2f\xfd\0", 5) + window + std::string("\x01\0\0", 3);
  };
  EXPECT_EQ(opened(folder_.write("x.jsonl.zst", frame(27))), Shown{});
  const auto huge = folder_.write("y.jsonl.zst", frame(28));
  EXPECT_EQ(opened(huge), (Shown{"error: " + huge + ": broken zstd data: Frame requires too much " +
                                 "memory for decoding"}));
}

/// The packed lines, cut after `kept` bytes: whole first rows, then the Error, and no row between.
void expect_prefix_then_error(const std::string& path, const std::string& lines) {
  const auto source = open_rows(path);
  if (!source) return;
  Shown rows = all_shown(**source);
  const std::string last = rows.back();
  rows.pop_back();
  EXPECT_TRUE(last.ends_with("data end too early; the file is cut")) << last;
  std::size_t at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t end = lines.find('\n', at);
    ASSERT_EQ(rows[i], std::to_string(i + 1) + " " + lines.substr(at, end - at));
    at = end + 1;
  }
}

TEST_F(OpenRows, GivesTheGoodRowsOfACutFileThenTheError) {
  const std::string lines = many_lines(12'000);
  const std::string gz = gzip(lines);
  const std::string zst = zstd(lines);
  for (std::size_t cut = 1; cut < 12; ++cut) {
    expect_prefix_then_error(folder_.write("x.jsonl.gz", gz.substr(0, gz.size() * cut / 12)),
                             lines);
    expect_prefix_then_error(folder_.write("x.jsonl.zst", zst.substr(0, zst.size() * cut / 12)),
                             lines);
  }
  const auto half = folder_.write("x.jsonl.gz", gz.substr(0, gz.size() / 2));
  EXPECT_GT(opened(half).size(), 4'000U) << "the good rows come first";
  const auto half_zst = folder_.write("x.jsonl.zst", zst.substr(0, zst.size() / 2));
  EXPECT_GT(opened(half_zst).size(), 2'000U);
  const auto no_checksum = folder_.write("y.jsonl.gz", gz.substr(0, gz.size() - 1));
  EXPECT_EQ(opened(no_checksum).size(), 12'001U) << "every row is there, but not the checksum";
}

TEST_F(OpenRows, RefusesAGzipFileWhoseChecksumIsWrong) {
  std::string gz = gzip("{\"a\":1}\n");
  gz[gz.size() - 8] = static_cast<char>(gz[gz.size() - 8] + 1);
  const auto path = folder_.write("x.jsonl.gz", gz);
  EXPECT_EQ(opened(path),
            (Shown{"1 {\"a\":1}", "error: " + path + ": broken gzip data: incorrect data check"}))
      << "what was unpacked comes first";
}

/// Everything `source` gives in rooms of `room` bytes, and its Error.
std::string read_in_rooms(ByteSource& source, std::size_t room) {
  std::string out;
  std::string buffer(room, '\0');
  while (true) {
    const auto size = source.read(buffer);
    if (!size) return out + "error: " + size.error().message;
    if (*size == 0) return out;
    out += buffer.substr(0, *size);
  }
}

RC_GTEST_PROP(Unpack, DoesNotDependOnWhereChunksEnd, ()) {
  const auto text = *rc::gen::arbitrary<std::string>();
  const auto chunk = *rc::gen::inRange<std::size_t>(1, 40);
  const auto room = *rc::gen::inRange<std::size_t>(1, 40);
  const auto gz = unpack_gzip(std::make_unique<MemoryBytes>(gzip(text) + gzip(text), chunk), "x");
  RC_ASSERT(read_in_rooms(*gz, room) == text + text);
  const auto zst = unpack_zstd(std::make_unique<MemoryBytes>(zstd(text) + zstd(text), chunk), "x");
  RC_ASSERT(read_in_rooms(*zst, room) == text + text);
}

TEST(Unpack, GivesAllOfCutDataWhateverTheRoom) {
  const std::string lines = many_lines(12'000);
  const auto cut = [](const std::string& packed) {
    return std::make_unique<MemoryBytes>(packed.substr(0, packed.size() / 2), packed.size());
  };
  for (const std::size_t room : {100U, 1'000'000U}) {
    const std::string gz = read_in_rooms(*unpack_gzip(cut(gzip(lines)), "x"), room);
    const std::string zst = read_in_rooms(*unpack_zstd(cut(zstd(lines)), "x"), room);
    EXPECT_EQ(gz, lines.substr(0, gz.find("error")) +
                      "error: x: the gzip data end too early; the file is cut");
    EXPECT_EQ(zst, lines.substr(0, zst.find("error")) +
                       "error: x: the zstd data end too early; the file is cut");
    EXPECT_GT(gz.size(), 150'000U);
    EXPECT_EQ(zst.find("error") % (128 * 1024), 0U) << "whole blocks";
    EXPECT_GT(zst.size(), 128U * 1024);
  }
}

/// Puts `bytes` on standard input while it lives.
class StandardInput {
 public:
  explicit StandardInput(std::string bytes) : saved_(dup(STDIN_FILENO)) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    writer_ = std::thread([end = ends[1], text = std::move(bytes)] {
      for (const char c : text) EXPECT_EQ(write(end, &c, 1), 1);
      close(end);
    });
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() {
    writer_.join();
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }

 private:
  int saved_;
  std::thread writer_;
};

Shown from_standard_input(std::string bytes) {
  const StandardInput input(std::move(bytes));
  return opened("-");
}

TEST(StandardInputRows, TellsItsFormByItsFirstBytes) {
  const Shown json{"2 {\"a\":1}"};
  EXPECT_EQ(from_standard_input("\n{\"a\":1}\n"), json);
  EXPECT_EQ(from_standard_input("a,b\n1,2\n"), (Shown{"2 {\"a\":\"1\",\"b\":\"2\"}"}));
  EXPECT_EQ(from_standard_input("\xef\xbb\xbf\"a\"\n1\n"), (Shown{"2 {\"a\":\"1\"}"}));
  EXPECT_EQ(from_standard_input("[1]\n"), (Shown{"1:1 expected a JSON object"}));
  EXPECT_EQ(from_standard_input("{oops\n{\"a\":1}").back(), json.front());
  EXPECT_EQ(from_standard_input(gzip("\n{\"a\":1}")), json);
  EXPECT_EQ(from_standard_input(zstd("a\n1")), (Shown{"2 {\"a\":\"1\"}"}));
  EXPECT_EQ(from_standard_input(""), Shown{});
  EXPECT_EQ(from_standard_input(" \n"), Shown{});
  EXPECT_EQ(from_standard_input("(\xb5\n1"),
            (Shown{"error: <stdin>:1:2: the header cannot be used: not valid UTF-8 at byte 2"}));
}

TEST(StandardInputRows, GivesEveryByteWhateverTheRoom) {
  for (const std::size_t room : {1U, 3U, 100U}) {
    const StandardInput input("abcdef");
    EXPECT_EQ(read_in_rooms(**open_standard_input("x"), room), "abcdef");
  }
}

TEST(StandardInputRows, HasANameAndNoSize) {
  const StandardInput input("{}\n");
  const auto source = open_rows("-");
  EXPECT_EQ((*source)->name(), "<stdin>");
  EXPECT_EQ((*source)->fraction_read(), std::nullopt);
}

TEST_F(OpenRows, SaysWhetherTheNextRowHasYetToBeWritten) {
  const std::string path = folder_.file("pipe.jsonl");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  const auto write = [&](std::string_view text) {
    ASSERT_EQ(::write(writer, text.data(), text.size()), std::ssize(text));
  };
  write("{}\n{}\n{\"a\"");
  const auto source = open_rows(path);
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_FALSE((*source)->waits());
  EXPECT_TRUE((*source)->next());
  EXPECT_FALSE((*source)->waits()) << "a row is in the buffer";
  EXPECT_TRUE((*source)->next());
  EXPECT_TRUE((*source)->waits()) << "half a row is";
  write(": 1}\r\n");
  EXPECT_FALSE((*source)->waits());
  EXPECT_TRUE((*source)->next());
  EXPECT_TRUE((*source)->waits());
  ::close(writer);
}

TEST_F(OpenRows, NeverWaitsForAFile) {
  const auto source = open_rows(folder_.write("rows.jsonl", "{}\n"));
  EXPECT_FALSE((*source)->waits());
  EXPECT_TRUE((*source)->next());
  EXPECT_FALSE((*source)->waits());
}

}  // namespace
}  // namespace sheaf::rows
