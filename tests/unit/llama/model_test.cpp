#include "llama/model.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/tiny_gguf.hpp"

namespace sheaf::llama {
namespace {

using sheaf::testing::TinyGguf;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A folder with one file in it.
class ModelFile : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folder = (std::filesystem::temp_directory_path() / "sheaf-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~ModelFile() override {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  std::string path() const { return folder_ + "/model.gguf"; }

  void write(std::string_view bytes) const {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
  }

  /// What is said of a file that cannot be loaded; it is one line, and nothing else is printed.
  std::string refusal(ErrorCode code = ErrorCode::usage) const {
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    const auto model = Model::load(path());
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), IsEmpty());
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), IsEmpty());
    if (model) return "it is loaded";
    EXPECT_EQ(model.error().code, code) << model.error().message;
    EXPECT_THAT(model.error().message, Not(HasSubstr("\n")));
    return model.error().message;
  }

  std::string refusal_of(std::string_view bytes) const {
    write(bytes);
    return refusal();
  }

  std::string folder_;
};

/// Makes of the last tensor one of so many columns.
void set_output_columns(std::string& file, std::uint64_t columns) {
  constexpr std::string_view name = "output.weight";
  constexpr std::size_t count_of_dimensions = 4;
  std::memcpy(file.data() + file.rfind(name) + name.size() + count_of_dimensions, &columns,
              sizeof columns);
}

TEST_F(ModelFile, Loads) {
  write(TinyGguf{}.bytes());
  ::testing::internal::CaptureStderr();
  const auto model = Model::load(path());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), IsEmpty());
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_NE(model->handle(), nullptr);
}

TEST_F(ModelFile, LoadsInSeveralThreadsEachWithItsOwnError) {
  write(TinyGguf{}.bytes());
  std::ofstream(folder_ + "/other.gguf") << TinyGguf{.architecture = "hal9000"}.bytes();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      const auto model = Model::load(i % 2 == 0 ? path() : folder_ + "/other.gguf");
      EXPECT_EQ(model.has_value(), i % 2 == 0);
      if (!model) {
        EXPECT_THAT(model.error().message, HasSubstr("hal9000"));
      }
    });
  }
}

TEST_F(ModelFile, RefusesWhatIsNotThere) {
  EXPECT_EQ(refusal(), "cannot read " + path() + ": No such file or directory");
}

TEST_F(ModelFile, RefusesAFolder) {
  std::filesystem::create_directory(path());
  EXPECT_EQ(refusal(), path() + " is no file of a model; name a .gguf file");
}

TEST_F(ModelFile, RefusesOtherFiles) {
  for (const std::string_view bytes : {"", "GGU", "<html>not found</html>", "ggjt\1\0\0\0"}) {
    EXPECT_EQ(refusal_of(bytes), path() +
                                     " is no GGUF file: it does not begin with \"GGUF\"; name "
                                     "a model's .gguf file");
  }
}

TEST_F(ModelFile, RefusesGarbageBehindTheMagic) {
  std::string garbage = "GGUF";
  for (int i = 0; i < 4096; ++i) garbage += static_cast<char>(i * 37 + 11);
  EXPECT_THAT(refusal_of(garbage), HasSubstr("is cut short or damaged"));
}

TEST_F(ModelFile, RefusesEveryFrontOfAFile) {
  const auto whole = TinyGguf{}.bytes();
  const auto tables = whole.find("output.weight") + 64;
  for (std::size_t length = 4; length < whole.size(); length += length < 64       ? 1
                                                                : length < tables ? 97
                                                                                  : 20'011) {
    EXPECT_THAT(
        refusal_of(whole.substr(0, length)),
        AllOf(HasSubstr(path() + " is cut short or damaged ("), HasSubstr("fetch it again")))
        << length;
  }
}

TEST_F(ModelFile, SaysWhichTensorTheFileDoesNotHold) {
  const auto whole = TinyGguf{}.bytes();
  const auto end = std::to_string(whole.size() - 1);
  EXPECT_THAT(refusal_of(whole.substr(0, whole.size() - 1)),
              AllOf(HasSubstr("tensor output.weight is 33024 bytes from byte "),
                    HasSubstr("and the file ends at " + end + ")")));
}

TEST_F(ModelFile, RefusesAnUnknownArchitecture) {
  EXPECT_EQ(refusal_of(TinyGguf{.architecture = "hal9000"}.bytes()),
            path() +
                " is a model of architecture \"hal9000\", which the llama.cpp of this build "
                "does not know; take another model, or build sheaf with a newer one");
}

TEST_F(ModelFile, RefusesAModelThatLacksAValue) {
  auto file = TinyGguf{}.bytes();
  file.replace(file.find("llama.context_length"), 20, "llama.contents_count");
  EXPECT_EQ(refusal_of(file), path() +
                                  " cannot be run: error loading model hyperparameters: key not "
                                  "found in model: llama.context_length; take another model, or "
                                  "fetch it again");
}

TEST_F(ModelFile, RefusesAModelWithoutATokenizer) {
  EXPECT_THAT(refusal_of(TinyGguf{.tokenizer = false}.bytes()),
              HasSubstr(" cannot be run: it holds no tokenizer;"));
}

TEST_F(ModelFile, RefusesAHugeTensorThatTheFileDoesNotHold) {
  auto file = TinyGguf{}.bytes();
  set_output_columns(file, std::uint64_t{1} << 40);
  EXPECT_THAT(refusal_of(file), HasSubstr("is cut short or damaged (tensor output.weight"));
  set_output_columns(file, ~std::uint64_t{0} / 2);
  EXPECT_THAT(refusal_of(file), HasSubstr("is cut short or damaged"));
}

TEST_F(ModelFile, RefusesWeightsThatExceedTheMemory) {
  auto file = TinyGguf{}.bytes();
  set_output_columns(file, std::uint64_t{1} << 32);
  write(file);
  std::error_code too_long;
  std::filesystem::resize_file(path(), std::uint64_t{1} << 43, too_long);
  if (too_long) GTEST_SKIP() << "no place for a file of 8 TB, even if it is empty";
  EXPECT_THAT(refusal(ErrorCode::unavailable),
              AllOf(HasSubstr("takes 4432"), HasSubstr(" MB of memory, and "),
                    HasSubstr("take a smaller model")));
}

// The sanitizers take more addresses than a limit can leave.
#if defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#else
#define SANITIZED 0
#endif
#if !(SANITIZED)
/// Bytes of addresses that this process has taken.
std::uint64_t addresses_taken() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Ends the process with what is said of the file when `ulimit -v` leaves it so many bytes.
[[noreturn]] void load_in(std::uint64_t bytes, const std::string& path) {
  {
    const auto warm = Model::load(path);
  }
  const rlimit little{.rlim_cur = addresses_taken() + bytes, .rlim_max = RLIM_INFINITY};
  ::setrlimit(RLIMIT_AS, &little);
  const auto model = Model::load(path);
  const rlimit all{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  ::setrlimit(RLIMIT_AS, &all);
  std::fputs(model ? "loaded" : model.error().message.c_str(), stderr);
  std::_Exit(model ? 0 : 1);
}

TEST_F(ModelFile, RefusesWhatUlimitForbids) {
  write(TinyGguf{.width = 256}.bytes());
  EXPECT_EXIT(load_in(1 << 16, path()), ::testing::ExitedWithCode(1), "are left of `ulimit -v`");
}

TEST_F(ModelFile, SaysThatTheMemoryBesidesItsWeightsIsMissing) {
  const auto file = TinyGguf{.width = 256}.bytes();
  write(file);
  EXPECT_EXIT(load_in(file.size(), path()), ::testing::ExitedWithCode(1),
              "needs more memory than this process may take");
}
#endif

}  // namespace
}  // namespace sheaf::llama
