#include "llama/log.hpp"

#include <string>
#include <thread>

#include <gguf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::llama {
namespace {

using ::testing::IsEmpty;

/// Makes ggml say an error, on the thread that calls.
void err(const std::string& name) { gguf_init_from_file(name.c_str(), {}); }

std::string error_of(const std::string& name) {
  return "failed to open GGUF file '" + name + "' (No such file or directory)";
}

TEST(LogListener, HearsTheFirstErrorWithoutTheFunctionThatSaysIt) {
  const LogListener log;
  EXPECT_THAT(log.first_error(), IsEmpty());
  err("one");
  err("two");
  EXPECT_EQ(log.first_error(), error_of("one"));
}

TEST(LogListener, MakesOneLineOfAnything) {
  const LogListener log;
  err("a\nb");
  EXPECT_EQ(log.first_error(), error_of("a\\u{a}b"));
}

TEST(LogListener, HearsItsOwnThreadAlone) {
  const LogListener log;
  std::jthread([] { err("elsewhere"); }).join();
  EXPECT_THAT(log.first_error(), IsEmpty());
}

TEST(LogListener, WaitsForTheOneInside) {
  const LogListener outer;
  {
    const LogListener inner;
    err("inside");
    EXPECT_EQ(inner.first_error(), error_of("inside"));
  }
  EXPECT_THAT(outer.first_error(), IsEmpty());
  err("outside");
  EXPECT_EQ(outer.first_error(), error_of("outside"));
}

TEST(LogListener, KeepsLlamaFromPrintingEvenWhenNobodyListens) {
  {
    const LogListener log;
  }
  ::testing::internal::CaptureStderr();
  err("unheard");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), IsEmpty());
}

}  // namespace
}  // namespace sheaf::llama
