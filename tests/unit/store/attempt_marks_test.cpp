// Which requests went ahead for the sake of the provider's cache, and which model was asked.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void begin(Checkpoint& store, bool is_warm_up) {
  auto start = start_of({1});
  start.is_warm_up = is_warm_up;
  must(store.begin_attempt(start));
}

void fill(Checkpoint& store) {
  must(store.add(key_of(1), answered(1).first_id));
  for (const bool is_warm_up : {true, false, false, true}) begin(store, is_warm_up);
  must(store.commit());
}

std::vector<AttemptNo> warm_ups_of(Checkpoint& store) {
  std::vector<AttemptNo> numbers;
  for (const auto& attempt : attempts_of(store)) {
    if (attempt.start.is_warm_up) numbers.push_back(attempt.number);
  }
  std::vector<AttemptNo> figures;
  must(store.for_each_figure([&](const Attempt& attempt) {
    if (attempt.start.is_warm_up) figures.push_back(attempt.number);
  }));
  EXPECT_EQ(figures, numbers);
  return numbers;
}

TEST(WarmUps, AreKept) {
  const auto memory = make_memory();
  fill(*memory);
  EXPECT_THAT(warm_ups_of(*memory), ElementsAre(1, 4));
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto file = open_writing(path);
    fill(*file);
    EXPECT_THAT(warm_ups_of(*file), ElementsAre(1, 4));
  }
  {
    const auto file = open_writing(path);
    EXPECT_THAT(warm_ups_of(*file), ElementsAre(1, 4));
    begin(*file, true);
    must(file->commit());
  }
  EXPECT_THAT(warm_ups_of(*open_reading(path)), ElementsAre(1, 4, 5));
}

TEST(WarmUps, ThatAreNoAttemptsOfTheFileAreSaid) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  fill(*open_writing(path));
  tamper(path, "DELETE FROM attempts WHERE attempt=4");
  EXPECT_THAT(refusal(path, Access::read_write),
              HasSubstr("its mark warm_ups is not a list of attempts"));
}

void ask(Checkpoint& store, const std::string& model, int attempts) {
  TaskMark mark;
  mark.task_name = "triage";
  mark.model = model;
  must(store.set_task_mark(mark));
  for (int i = 0; i < attempts; ++i) begin(store, false);
  must(store.commit());
}

auto since(AttemptNo first, const std::string& name) {
  return ::testing::AllOf(::testing::Field(&ModelSince::first, first),
                          ::testing::Field(&ModelSince::name, name));
}

void ask_several(Checkpoint& store) {
  must(store.add(key_of(1), answered(1).first_id));
  ask(store, "a", 2);
  ask(store, "a", 1);
  ask(store, "b", 0);
  ask(store, "a", 0);
  ask(store, "openai/c \"quoted\"", 0);
  ask(store, "c", 1);
}

TEST(Models, AreKeptWithTheirFirstAttempts) {
  const auto memory = make_memory();
  EXPECT_TRUE(must(memory->models()).empty());
  ask_several(*memory);
  EXPECT_THAT(must(memory->models()), ElementsAre(since(1, "a"), since(4, "c")));
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  ask_several(*open_writing(path));
  EXPECT_THAT(must(open_reading(path)->models()), ElementsAre(since(1, "a"), since(4, "c")));
}

}  // namespace
}  // namespace sheaf::store
