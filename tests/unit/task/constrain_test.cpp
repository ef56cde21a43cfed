// Replies kept to keyed answers: for which models and answers a task may ask for it.
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

std::string of_a_file() { return with("model: {name: gguf/m.gguf}"); }

std::string kept(const std::string& yaml) { return with("batch: {constrain: true}", yaml); }

TEST(Constrain, IsForModelsOfAFile) {
  EXPECT_TRUE(loaded(kept(of_a_file())).batch.constrain);
  EXPECT_FALSE(loaded(of_a_file()).batch.constrain);
  EXPECT_EQ(refusal(kept(smallest())),
            "task.yaml:6:20: 'batch.constrain' is for a model of a GGUF file, and 'm' is none; "
            "write false, or leave it out");
  EXPECT_EQ(refusal(kept(of_a_file()), {.model = "simulated"}),
            "task.yaml:6:20: 'batch.constrain' is for a model of a GGUF file, and 'simulated' is "
            "none; write false, or leave it out");
  EXPECT_EQ(refusal(with("batch: {constrain: maybe}")),
            "task.yaml:6:20: 'batch.constrain' is 'maybe'; write true or false");
}

TEST(Constrain, IsNotForPrograms) {
  EXPECT_EQ(refusal(kept(with("answer: {type: number, reasoning: program}", of_a_file()))),
            "task.yaml:6:20: 'batch.constrain' has no grammar for programs; write false, or "
            "another 'answer.reasoning'");
}

TEST(Constrain, MakesOtherRequestsAndReadsThemAsBefore) {
  const auto free = loaded(of_a_file());
  const auto constrained = loaded(kept(of_a_file()));
  EXPECT_NE(request_identity(free), request_identity(constrained));
  EXPECT_EQ(reading_identity(free), reading_identity(constrained));
}

}  // namespace
}  // namespace sheaf::task
