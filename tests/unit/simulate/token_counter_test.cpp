// The simulated model's own count of tokens: what tiktoken gives, and never less than is billed.
#include "simulate/token_counter.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "newer_characters.hpp"
#include "simulate/encoding_counter.hpp"
#include "simulate/rank_map.hpp"
#include "tokens/embedded.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::simulate {
namespace {

/// One encoding, counted by the simulated model and by what plans.
struct Both {
  explicit Both(bool newer)
      : counter(*make_token_counter(newer ? SimulatedTokens::o200k_base
                                          : SimulatedTokens::cl100k_base)),
        planner(*tokens::encoding(newer ? "o200k_base" : "cl100k_base")) {}

  void expect_equal(std::string_view text) {
    ++texts;
    if (counter->count(text) != planner->count(text)) ADD_FAILURE() << "in [" << text << "]";
  }

  std::unique_ptr<TokenCounter> counter;
  std::shared_ptr<const tokens::Tokenizer> planner;
  int texts = 0;
};

class EncodingCounter : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
    both_ = std::make_unique<Both>(GetParam());
  }
  TokenCounter& counter() { return *both_->counter; }

  std::unique_ptr<Both> both_;
};
INSTANTIATE_TEST_SUITE_P(OfOpenAi, EncodingCounter, testing::Bool(), [](const auto& which) {
  return which.param ? "o200k_base" : "cl100k_base";
});

struct Known {
  std::string_view text;
  std::int64_t o200k_base = 0;
  std::int64_t cl100k_base = 0;
};
// len(encode_ordinary(text)) of PyPI's tiktoken 0.14.0.
constexpr std::array known{
    Known{"hello world", 2, 2},  // 24912 2375, 15339 1917
    Known{"", 0, 0},
    Known{"Don't we'll I'D it'\u017f x", 8, 11},
    Known{"camelCaseWords HTMLParser", 5, 5},
    Known{"  two  \n\n  lines\t\n ", 7, 7},
    Known{"1234567 \u0663\u0664\u0665\u0666", 8, 12},
    Known{"na\u00efve caf\u00e9 e\u0301", 6, 6},
    Known{"\u4f60\u597d,\u4e16\u754c\u3002", 4, 7},
    Known{"\U0001f600\U0001f469\u200d\U0001f469\u200d\U0001f467 ok!", 11, 17},
    Known{"a\u00a0b\u3000c\xC2\x85"
          "d\ufeffe",
          10, 10},
    Known{"if (x) {\r\n  return y;\r\n}\r\n\r\n", 10, 10},
    Known{"https://a.example/b//c", 7, 7},
    Known{"<|endoftext|>", 7, 7},
    Known{"The quick brown fox jumps over the lazy dog.", 10, 10}};

TEST_P(EncodingCounter, CountsWhatTiktokenDoes) {
  for (const auto& each : known) {
    EXPECT_EQ(counter().count(each.text), GetParam() ? each.o200k_base : each.cl100k_base)
        << each.text;
  }
  EXPECT_EQ(counter().count(std::string(100, 'a')), 13);
}

TEST_P(EncodingCounter, CountsChatAsOpenAisCookbookDoes) {
  const std::vector<ChatMessage> messages{{"system", "Add up."},
                                          {"user", "Q: What is 1 and 2?"},
                                          {"assistant", "A: 3"},
                                          {"user", "Q: 4 and 5?"}};
  EXPECT_EQ(counter().chat(messages).tokens, 44) << "num_tokens_from_messages gives it";
  EXPECT_EQ(counter().completion("hello world").tokens, 2);
}

TEST_P(EncodingCounter, CountsForAPartTheTokensThatEndInIt) {
  const std::vector<std::size_t> ends{5, 8, 11};
  const std::vector<ChatMessage> messages{{"user", "hello world", ends}};
  const auto prompt = counter().chat(messages);
  ASSERT_EQ(prompt.parts.size(), 3u);
  EXPECT_EQ(prompt.parts[0].tokens, 4) << "two of framing, the role, hello";
  EXPECT_EQ(prompt.parts[1].tokens, 4) << "the cut token ends behind it";
  EXPECT_EQ(prompt.parts[2].tokens, 5);
  EXPECT_EQ(prompt.text.substr(0, prompt.parts[1].end), "user\nhello wo");
}

TEST_P(EncodingCounter, StreamsATokenAPieceAndNeverPartOfACharacter) {
  const std::vector<std::string_view> words{"Don't",     " ",  " stop",      ":",
                                            " na\u00ef", "ve", " \U0001f600"};
  auto expected = words;
  if (!GetParam()) {
    expected.front() = "Don";
    expected.insert(expected.begin() + 1, "'t");
  }
  EXPECT_EQ(counter().pieces("Don't  stop: na\u00efve \U0001f600"), expected);
  const std::string_view hearts = "\U0001f469\u200d\U0001f469";
  std::string joined;
  for (const auto piece : counter().pieces(hearts)) {
    EXPECT_FALSE(text::find_invalid_utf8(piece));
    joined += piece;
  }
  EXPECT_EQ(joined, hearts);
}

/// Strings that split rules are easily wrong about.
class Hostile {
 public:
  explicit Hostile(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string text;
    const auto parts = 1 + random_.below(40);
    for (std::uint64_t i = 0; i < parts; ++i) add_part(text);
    return text;
  }

 private:
  static constexpr std::array<std::string_view, 52> bits{"'s",         "'S",
                                                         "'\u017f",    "'re",
                                                         "'LL",        "'ve",
                                                         "'d",         "'x",
                                                         "\r\n",       "\n",
                                                         "\r",         "  ",
                                                         "   ",        "\t",
                                                         " ",          "/",
                                                         "//",         "e\u0301",
                                                         "\u200d",     "\u00a0",
                                                         "\u3000",     "\u2028",
                                                         "\u1680",     "\ufeff",
                                                         "\ufffd",     "<|endoftext|>",
                                                         "1",          "22",
                                                         "333",        "\u0663",
                                                         "\u4e2d",     "\u3042",
                                                         "\u01c5",     "\u02b0",
                                                         "\u00df",     "\u0130",
                                                         "the",        "Hello",
                                                         "WORLD",      "camelCase",
                                                         "x1",         "foo_bar",
                                                         "don't",      "na\u00efve",
                                                         "\U0001f600", "  \n  ",
                                                         ".",          "!?",
                                                         "A",          "b",
                                                         "\xC2\x85",   "\U0001d400"};

  void add_part(std::string& text) {
    const auto kind = random_.below(10);
    if (kind < 5) {
      text += bits.at(random_.below(bits.size()));
    } else if (kind < 8) {
      text::append_utf8(text, any_character());
    } else {
      constexpr std::string_view ascii = "abcXYZ019 .,:;!?'\"-()\n\t/";
      text += std::string(1 + random_.below(12), ascii.at(random_.below(ascii.size())));
    }
  }

  char32_t any_character() {
    while (true) {
      const bool common = random_.below(2) == 0;
      const auto drawn = static_cast<char32_t>(random_.below(common ? 0x3000 : 0x20000));
      if (text::find_invalid_utf8(encoded(drawn))) continue;
      if (!is_newer_than_re2(drawn)) return drawn;
    }
  }

  static std::string encoded(char32_t character) {
    std::string text;
    text::append_utf8(text, character);
    return text;
  }

  Random random_;
};

TEST_P(EncodingCounter, AgreesWithThePlannersOnHostileStrings) {
  Hostile hostile(7);
  for (int i = 0; i < 6000; ++i) both_->expect_equal(hostile.next());
  Random random(1);
  for (const int letters : {26, 10, 3, 2}) {
    std::string run;
    for (int i = 0; i < 3000; ++i) {
      run.push_back(static_cast<char>('a' + random.below(static_cast<std::uint64_t>(letters))));
    }
    both_->expect_equal(run);
  }
}

void each_text(const json::Value& value, Both& both) {
  if (value.string() != nullptr) both.expect_equal(*value.string());
  if (const auto* list = value.array()) {
    for (const auto& each : *list) each_text(each, both);
  }
  if (const auto* members = value.object()) {
    for (const auto& [name, each] : *members) each_text(each, both);
  }
}

TEST_P(EncodingCounter, AgreesWithThePlannersOnAllSharedData) {
  if (!std::filesystem::exists(SHEAF_SHARED_DATA)) GTEST_SKIP() << "no " SHEAF_SHARED_DATA;
  for (const auto& file : std::filesystem::directory_iterator(SHEAF_SHARED_DATA)) {
    std::ifstream lines(file.path());
    for (std::string line; std::getline(lines, line);) {
      both_->expect_equal(line);
      if (const auto row = json::parse(line)) each_text(*row, *both_);
    }
  }
  EXPECT_GT(both_->texts, 20'000);
}

TEST_P(EncodingCounter, ABeginningHoldsNoMoreTokensThanAskedForAndWholeCharacters) {
  Hostile hostile(8);
  for (int i = 0; i < 300; ++i) {
    const auto text = hostile.next();
    const auto all = counter().count(text);
    for (std::int64_t most = 1; most < all; most += 1 + all / 7) {
      const auto kept = counter().beginning(text, most);
      EXPECT_TRUE(text.starts_with(kept) && !text::find_invalid_utf8(kept)) << text;
      EXPECT_LE(counter().count(kept), most) << text;
      EXPECT_GT(counter().count(kept), most - 8) << text;
    }
    EXPECT_EQ(counter().beginning(text, std::max<std::int64_t>(all, 1)), text);
  }
}

TEST_P(EncodingCounter, ABeginningIsShorterWhereACutCharacterTookMoreWithIt) {
  // The first token ends inside the last character, and what is before that is two tokens.
  const std::string_view text = GetParam() ? "\u0930\u094d\u0905" : " \u0440\u0430\u0401";
  const std::string_view kept = GetParam() ? "\u0930" : " \u0440";
  ASSERT_EQ(counter().count(text), 2);
  EXPECT_EQ(counter().beginning(text, 1), kept);
}

TEST_P(EncodingCounter, MarksWhereEvery128TokensOfAPromptEnd) {
  std::string words;
  for (int i = 0; i < 1000; ++i) words += " and";
  const auto bare = counter().completion(words);
  ASSERT_EQ(bare.tokens, 1000);
  ASSERT_EQ(bare.steps.size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(bare.steps[i], (i + 1) * 128 * 4);
  // Three more stand before it: where it begins, its role, and where that ends.
  const auto chat = counter().chat(std::array{ChatMessage{"user", words}});
  EXPECT_EQ(chat.tokens, 3 + 1 + 1000 + 3);
  EXPECT_EQ(chat.text, "user\n" + words + "\n");
  ASSERT_EQ(chat.steps.size(), 7U);
  EXPECT_EQ(chat.steps.front(), 5 + (128 - 3) * 4U);
}

/// The encodings' own ranks never do so to a text that we know.
TEST(EncodingCounterOfOwnRanks, TakesALowerPairThatAMergeBringsAboutFirst) {
  RankMap ranks{{"xab", 1}, {"xaba", 2}, {"ab", 10}, {"bc", 20}};
  for (const auto* byte : {"a", "b", "c", "x"}) ranks.emplace(byte, 100);
  sheaf::simulate::EncodingCounter counter("o200k_base", std::make_shared<const RankMap>(ranks));
  EXPECT_EQ(counter.pieces("xababc"), (std::vector<std::string_view>{"xaba", "bc"}));
}

TEST(RankMap, AnEncodingThatThisBuildDoesNotHoldIsRefusedWithWhatToDo) {
  const auto absent = read_rank_map("o200k_base", {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::usage);
  EXPECT_EQ(absent.error().message,
            "the simulated model's option tokens: this build holds no rank table of o200k_base; "
            "take bytes, or build where the package `tiktoken` of npm can be had");
  const auto damaged = read_rank_map("cl100k_base", "no frame");
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().message.find("rank table of cl100k_base is damaged"),
            std::string::npos);
}

TEST(RankMap, IsReadOnce) {
  if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
  EXPECT_EQ(*rank_map_of("o200k_base"), *rank_map_of("o200k_base"));
  EXPECT_EQ((*rank_map_of("o200k_base"))->at("hello"), 24912U);
  EXPECT_EQ((*rank_map_of("cl100k_base"))->at(" world"), 1917U);
}

/// What plans is another count only as long as nothing of it is used here.
TEST(SimulatedTokens, AreCountedWithNothingOfTheTokensLayerButItsTables) {
  int found = 0;
  for (const auto& file : std::filesystem::directory_iterator(SHEAF_SOURCE_DIR "/src/simulate")) {
    std::ifstream lines(file.path());
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#include \"tokens/")) continue;
      EXPECT_EQ(line, "#include \"tokens/embedded.hpp\"") << file.path();
      ++found;
    }
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace sheaf::simulate
