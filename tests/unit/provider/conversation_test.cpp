#include "provider/conversation.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

std::string turns(const std::vector<Message>& messages, Place place) {
  std::string text;
  for (const auto* each : conversation_of(messages, place).turns) {
    text += (each->role == Role::assistant ? "model: " : "user: ") + each->text + "\n";
  }
  return text;
}

TEST(Conversation, LeavesOutMessagesThatSayNothing) {
  EXPECT_EQ(turns({{Role::user, ""}, {Role::user, " \n"}, {Role::user, "a"}}, Place::first),
            "user: a\n");
  EXPECT_TRUE(
      conversation_of(std::vector<Message>{{Role::system, "\t"}}, Place::first).system.empty());
}

TEST(Conversation, IsBegunByTheUserAndNotTwice) {
  const std::vector<Message> said{{Role::assistant, "b"}, {Role::assistant, "c"}};
  EXPECT_EQ(turns(said, Place::first), "user: Begin.\nmodel: b\nmodel: c\n");
  EXPECT_EQ(turns(said, Place::later), "model: b\nmodel: c\n");
  EXPECT_EQ(turns({{Role::system, "s"}, {Role::user, " "}, {Role::assistant, "b"}}, Place::first),
            "user: Begin.\nmodel: b\n");
}

TEST(Conversation, IsBegunByTheUserWhereNothingIsShared) {
  for (const Api api : {Api::messages, Api::generate_content}) {
    ModelSpec model;
    model.api = api;
    const auto provider = make_provider(model);
    Prompt own;
    own.messages = {{Role::assistant, "b"}};
    EXPECT_NE(provider->request(provider->opening({}), own).body.find("Begin."), std::string::npos);
    const std::vector<Message> shared{{Role::user, "a"}};
    EXPECT_EQ(provider->request(provider->opening(shared), own).body.find("Begin."),
              std::string::npos);
  }
}

}  // namespace
}  // namespace sheaf::provider
