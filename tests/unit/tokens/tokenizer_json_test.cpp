#include "tokens/tokenizer_json.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/encodings.hpp"

namespace sheaf::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The parts of a small tokenizer.json, as JSON.
struct File {
  std::string vocab =
      R"({"a":0,"b":1,"c":2,"ab":3,"bc":4,"abc":5,"\u2581":6,"\u2581a":7,"<unk>":8})";
  std::string merges = R"(["b c","a b","ab c","\u2581 a"])";
  std::string model{};  ///< More members of `model`, each with a comma before it.
  std::string normalizer = "null";
  std::string pre_tokenizer = "null";
  std::string added_tokens = "[]";

  std::string text() const {
    return R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":)" + added_tokens +
           R"(,"normalizer":)" + normalizer + R"(,"pre_tokenizer":)" + pre_tokenizer +
           R"(,"post_processor":null,"decoder":null,"model":{"type":"BPE","vocab":)" + vocab +
           R"(,"merges":)" + merges + model + "}}";
  }
};

std::vector<TokenId> encode(const File& file, std::string_view text) {
  const auto read = read_tokenizer(file.text(), "it");
  EXPECT_TRUE(read.has_value()) << read.error().message;
  std::vector<TokenId> tokens;
  if (!read) return tokens;
  (*read)->encode(text, tokens);
  EXPECT_EQ((*read)->count(text), std::ssize(tokens));
  return tokens;
}

std::string refusal(std::string_view text) {
  const auto read = read_tokenizer(text, "it");
  return read ? std::string("read") : read.error().message;
}
std::string refusal(const File& file) { return refusal(file.text()); }

constexpr std::string_view byte_level_end =
    R"("behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,)"
    R"("trim_offsets":true,"use_regex":false}]})";
constexpr std::string_view qwen_split =
    R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":)"
    R"("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N})"
    R"(| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},)";

/// Letters stand for bytes: U+0120 for a space.
File byte_level() {
  File file;
  file.vocab =
      R"({"a":0,"b":1,"\u0120":2,"ab":3,"\u0120a":4,"\u00C3":5,"\u00A9":6,"\u00C3\u00A9":7,)"
      R"("\u0120ab":8})";
  file.merges = R"([["\u0120","a"],["a","b"],["\u00C3","\u00A9"]])";
  file.pre_tokenizer = std::string(qwen_split) + std::string(byte_level_end);
  return file;
}

TEST(TokenizerJson, MergesInTheListsOrderAndNotByIds) {
  EXPECT_THAT(encode({}, "abc"), ElementsAre(0, 4));
  EXPECT_THAT(encode({.merges = R"(["a b","b c","ab c"])"}, "abc"), ElementsAre(5));
}

TEST(TokenizerJson, ReadsMergesAsStringsAndAsPairs) {
  EXPECT_THAT(encode({.merges = R"([["b","c"],["a","b"]])"}, "abc"), ElementsAre(0, 4));
  EXPECT_THAT(encode({.merges = R"(["#version: 0.2","b c","a b"])"}, "abc"), ElementsAre(0, 4));
}

TEST(TokenizerJson, TakesTheLastOfDoubledMerges) {
  EXPECT_THAT(encode({.merges = R"(["a b","b c","a b"])"}, "abc"), ElementsAre(0, 4));
}

TEST(TokenizerJson, TakesAWordWholeWhereMergesAreIgnored) {
  EXPECT_THAT(encode({.model = R"(,"ignore_merges":true)"}, "abc"), ElementsAre(5));
  EXPECT_THAT(encode({.model = R"(,"ignore_merges":true)"}, "abcc"), ElementsAre(0, 4, 2));
}

TEST(TokenizerJson, LeavesOutWhatHasNoToken) {
  EXPECT_THAT(encode({}, "axb"), ElementsAre(3));
  EXPECT_THAT(encode({}, "\u4E2D"), IsEmpty());
  EXPECT_THAT(encode({}, ""), IsEmpty());
}

TEST(TokenizerJson, GivesUnknownSymbolsTheirToken) {
  EXPECT_THAT(encode({.model = R"(,"unk_token":"<unk>")"}, "axyb"), ElementsAre(0, 8, 8, 1));
  EXPECT_THAT(encode({.model = R"(,"unk_token":"<unk>","fuse_unk":true)"}, "axybz"),
              ElementsAre(0, 8, 1, 8));
}

TEST(TokenizerJson, FallsBackToBytesWhereAllOfThemAreTokens) {
  const File file{.vocab = R"({"a":0,"<0xC3>":1,"<0xA9>":2,"<unk>":3})",
                  .merges = "[]",
                  .model = R"(,"byte_fallback":true,"unk_token":"<unk>","fuse_unk":true)"};
  EXPECT_THAT(encode(file, "a\u00E9"), ElementsAre(0, 1, 2));
  EXPECT_THAT(encode(file, "a\u00E8"), ElementsAre(0, 3));
  // As in the reference an unknown ends at the next token, which bytes are not.
  EXPECT_THAT(encode(file, "\u00E8\u00E9\u00E8a"), ElementsAre(1, 2, 3, 0));
}

TEST(TokenizerJson, ReadsLettersAsBytesWhereItIsByteLevel) {
  EXPECT_THAT(encode(byte_level(), "ab ab"), ElementsAre(3, 4, 1));
  EXPECT_THAT(encode(byte_level(), "\u00E9\u00A9"), ElementsAre(7, 6));
}

TEST(TokenizerJson, CutsByTheFilesPatternBeforeItMerges) {
  auto file = byte_level();
  file.vocab = R"({"a":0,"1":1,"a1":2,"11":3})";
  file.merges = R"(["a 1","1 1"])";
  EXPECT_THAT(encode(file, "a11"), ElementsAre(0, 1, 1));
}

TEST(TokenizerJson, TakesAByteLevelWordWhole) {
  auto file = byte_level();
  file.model = R"(,"ignore_merges":true)";
  EXPECT_THAT(encode(file, "ab ab"), ElementsAre(3, 8));
}

TEST(TokenizerJson, ComposesBeforeItCuts) {
  auto file = byte_level();
  EXPECT_THAT(encode(file, "e\u0301"), IsEmpty());
  file.normalizer = R"({"type":"NFC"})";
  EXPECT_THAT(encode(file, "e\u0301"), ElementsAre(7));
}

constexpr auto replace = R"({"type":"Replace","pattern":{"String":" "},"content":"\u2581"})";

TEST(TokenizerJson, ReplacesAndPrependsAsTheNormalizerSays) {
  EXPECT_THAT(encode({.normalizer = replace}, "a a"), ElementsAre(0, 7));
  const File both{.normalizer = R"({"type":"Sequence","normalizers":[)"
                                R"({"type":"Prepend","prepend":"\u2581"},)" +
                                std::string(replace) + "]}"};
  EXPECT_THAT(encode(both, "a a"), ElementsAre(7, 7));
  EXPECT_THAT(encode(both, " a"), ElementsAre(6, 7));
  EXPECT_THAT(encode(both, ""), IsEmpty());
}

TEST(TokenizerJson, CutsBehindEachSpaceWhereItIsSplitThere) {
  const File file{.vocab = R"({"a":0," ":1,"a ":2," a":3,"  ":4})",
                  .merges = R"([[" ","a"],["a"," "],[" "," "]])",
                  .pre_tokenizer = R"({"type":"Split","pattern":{"String":" "},)"
                                   R"("behavior":"MergedWithPrevious","invert":false})"};
  EXPECT_THAT(encode(file, "a a   a"), ElementsAre(2, 2, 1, 1, 0));
}

std::string metaspace(std::string_view scheme, bool split) {
  return R"({"type":"Metaspace","replacement":"\u2581","prepend_scheme":")" + std::string(scheme) +
         (split ? R"(","split":true})" : R"(","split":false})");
}

TEST(TokenizerJson, MarksSpacesAndTheBeginningByItsScheme) {
  const auto of = [](std::string_view scheme) {
    return File{.pre_tokenizer = metaspace(scheme, false),
                .added_tokens = R"([{"id":9,"content":"<s>","special":true}])"};
  };
  EXPECT_THAT(encode(of("always"), "a<s>a"), ElementsAre(7, 9, 7));
  EXPECT_THAT(encode(of("first"), "a<s>a"), ElementsAre(7, 9, 0));
  EXPECT_THAT(encode(of("never"), "a<s>a a"), ElementsAre(0, 9, 0, 7));
  EXPECT_THAT(encode(of("first"), "<s>a"), ElementsAre(9, 0));
  EXPECT_THAT(encode(of("always"), " a"), ElementsAre(7));
  EXPECT_THAT(encode(of("always"), "\u2581a"), ElementsAre(7));
}

TEST(TokenizerJson, CutsBeforeEachMarkOfASpaceWhereItSplits) {
  File file{.vocab = R"({"\u2581":0,"\u2581\u2581":1,"a":2,"a\u2581":3})",
            .merges = R"(["\u2581 \u2581","a \u2581"])"};
  file.pre_tokenizer = metaspace("never", true);
  EXPECT_THAT(encode(file, "a  a a"), ElementsAre(2, 0, 0, 2, 0, 2));
  file.pre_tokenizer = metaspace("never", false);
  EXPECT_THAT(encode(file, "a  a a"), ElementsAre(2, 1, 3, 2));
}

TEST(TokenizerJson, TakesTheLongestOfTheLeftmostAddedTokens) {
  const File file{.added_tokens =
                      R"([{"id":9,"content":"<s","special":true},)"
                      R"({"id":10,"content":"<s>","special":true},)"
                      R"({"id":11,"content":"s>a","special":false,"normalized":false}])"};
  EXPECT_THAT(encode(file, "a<s>ab<s"), ElementsAre(0, 10, 3, 9));
  EXPECT_THAT(encode(file, "<<s>a"), ElementsAre(10, 0));
  EXPECT_THAT(encode(file, "<as>a"), ElementsAre(0, 11));
}

TEST(TokenizerJson, FindsNormalizedAddedTokensInNormalizedText) {
  const File file{.normalizer = replace,
                  .added_tokens = R"([{"id":9,"content":"a b","normalized":true},)"
                                  R"({"id":10,"content":"b c","normalized":false}])"};
  EXPECT_THAT(encode(file, "a b"), ElementsAre(9));
  EXPECT_THAT(encode(file, "a\u2581b"), ElementsAre(9));
  EXPECT_THAT(encode(file, "b c"), ElementsAre(10));
  EXPECT_THAT(encode(file, "b\u2581c"), ElementsAre(1, 6, 2));
  // What is found in the raw text comes first.
  EXPECT_THAT(encode(file, "a b c"), ElementsAre(0, 6, 10));
}

TEST(TokenizerJson, MergesTokensOfSeveralCharacters) {
  EXPECT_THAT(encode({.merges = R"(["a b","ab c"])"}, "abc"), ElementsAre(5));
  EXPECT_THAT(encode({.merges = R"(["b c","a bc"])"}, "abc"), ElementsAre(5));
}

TEST(TokenizerJson, MergesWhatStandsForOtherCharactersToo) {
  const File unknown{.vocab = R"({"a":0,"?":1,"??":2,"a?":3})",
                     .merges = R"(["? ?","a ?"])",
                     .model = R"(,"unk_token":"?")"};
  EXPECT_THAT(encode(unknown, "axyz"), ElementsAre(0, 2, 1));
  const File bytes{.vocab = R"({"a":0,"<0xC3>":1,"<0xA9>":2,"<0xC3><0xA9>":3,"a<0xC3><0xA9>":4})",
                   .merges = R"(["<0xC3> <0xA9>","a <0xC3><0xA9>"])",
                   .model = R"(,"byte_fallback":true)"};
  EXPECT_THAT(encode(bytes, "\u00E9a\u00E9"), ElementsAre(3, 4));
}

TEST(TokenizerJson, TakesAWordOfAMillionLettersQuickly) {
  const File file{.vocab = R"({"a":0,"aa":1,"aaaa":2})", .merges = R"(["a a","aa aa"])"};
  const auto read = read_tokenizer(file.text(), "it");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)->count(std::string(1'000'001, 'a')), 250'001);
}

TEST(TokenizerJson, SaysWhatToDo) {
  const auto message = refusal({.pre_tokenizer = R"({"type":"Punctuation"})"});
  EXPECT_EQ(message,
            "it: a pre-tokenizer Punctuation is none that sheaf can follow; name the "
            "tokenizer.json of a model of Llama 3, Qwen, Mistral or Gemma, or none to have tokens "
            "estimated");
}

TEST(TokenizerJson, RefusesOtherNormalizersByName) {
  const auto of = [](const char* normalizer) { return refusal(File{.normalizer = normalizer}); };
  EXPECT_THAT(of(R"({"type":"Lowercase"})"), HasSubstr("a normalizer Lowercase is none"));
  EXPECT_THAT(of(R"({"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFKC"}]})"),
              HasSubstr("a normalizer NFKC is none"));
  EXPECT_THAT(of(R"({"type":"Replace","pattern":{"Regex":"a"},"content":""})"),
              HasSubstr("the normalizer Replace is by something else than a string"));
  EXPECT_THAT(of(R"({"type":"Replace","pattern":{"String":""},"content":""})"),
              HasSubstr("the normalizer Replace is by something else than a string"));
  EXPECT_THAT(of(R"({"type":"Prepend"})"), HasSubstr("the normalizer Prepend has no text"));
  EXPECT_THAT(of(R"({"type":"NFC","more":1})"), HasSubstr("NFC has a member `more`"));
  EXPECT_THAT(of(R"({"type":"Sequence"})"), HasSubstr("has no `normalizers`"));
  EXPECT_THAT(of("3"), HasSubstr("a normalizer without a type is none"));
}

TEST(TokenizerJson, RefusesOtherPreTokenizersByName) {
  const auto of = [](const std::string& pre_tokenizer) {
    return refusal(File{.pre_tokenizer = pre_tokenizer});
  };
  EXPECT_THAT(of(R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":true})"),
              HasSubstr("a pre-tokenizer ByteLevel is none"));
  EXPECT_THAT(of(R"({"type":"Sequence","pretokenizers":[{"type":"Digits"},{"type":"ByteLevel"}]})"),
              HasSubstr("a pre-tokenizer Digits, ByteLevel is none"));
  EXPECT_THAT(of(R"({"type":"Split","pattern":{"String":"a"},"behavior":"MergedWithPrevious"})"),
              HasSubstr("the pre-tokenizer Split is by something else than a space"));
  EXPECT_THAT(of(R"({"type":"Split","pattern":{"String":" "},"behavior":"Isolated"})"),
              HasSubstr("the pre-tokenizer Split is by something else than a space"));
  EXPECT_THAT(of(R"({"type":"Metaspace","replacement":"_"})"), HasSubstr("another replacement"));
  EXPECT_THAT(of(metaspace("last", true)), HasSubstr("an unknown `prepend_scheme`"));
  EXPECT_THAT(of(R"({"type":"Metaspace","replacement":"\u2581","add_prefix_space":false})"),
              HasSubstr("contradicts itself"));
}

TEST(TokenizerJson, RefusesAByteLevelSplitThatItDoesNotKnow) {
  const auto with = [](std::string_view from, std::string_view to) {
    auto file = byte_level();
    file.pre_tokenizer.replace(file.pre_tokenizer.find(from), from.size(), to);
    return refusal(file);
  };
  EXPECT_THAT(with("p{N}]+", "p{N}]*"), HasSubstr("a pattern that sheaf does not know: (?i:'s|'t"));
  EXPECT_THAT(with("Isolated", "Removed"), HasSubstr("is not an isolated regular expression"));
  EXPECT_THAT(with(R"("invert":false)", R"("invert":true)"), HasSubstr("inverts its pattern"));
  EXPECT_THAT(with(R"("add_prefix_space":false)", R"("add_prefix_space":true)"),
              HasSubstr("adds a space (`add_prefix_space`)"));
  EXPECT_THAT(with(R"("use_regex":false)", R"("use_regex":true)"), HasSubstr("(`use_regex`)"));
  EXPECT_THAT(with(R"(,"use_regex":false)", ""), HasSubstr("(`use_regex`)"));
}

TEST(TokenizerJson, RefusesMetaspaceBehindANormalizer) {
  EXPECT_THAT(refusal({.normalizer = replace, .pre_tokenizer = metaspace("first", false)}),
              HasSubstr("a normalizer before the pre-tokenizer Metaspace"));
}

TEST(TokenizerJson, RefusesModelsThatMergeOtherwise) {
  const auto with = [](const char* more) { return refusal(File{.model = more}); };
  EXPECT_THAT(with(R"(,"type":"Unigram")"), HasSubstr("a model Unigram is no byte-pair encoding"));
  EXPECT_THAT(with(R"(,"dropout":0.1)"), HasSubstr("`dropout`"));
  EXPECT_THAT(with(R"(,"continuing_subword_prefix":"##")"),
              HasSubstr("`continuing_subword_prefix`"));
  EXPECT_THAT(with(R"(,"end_of_word_suffix":"</w>")"), HasSubstr("`end_of_word_suffix`"));
  EXPECT_EQ(with(R"(,"continuing_subword_prefix":"","end_of_word_suffix":"")"), "read");
  EXPECT_THAT(with(R"(,"fuse_unk":1)"), HasSubstr("`fuse_unk` of the model is no truth value"));
  EXPECT_THAT(with(R"(,"unk_token":"?")"), HasSubstr("`unk_token` is not in `vocab`"));
  EXPECT_THAT(with(R"(,"cache":1)"), HasSubstr("the model has a member `cache`"));
  auto bytes = byte_level();
  bytes.model = R"(,"byte_fallback":true)";
  EXPECT_THAT(refusal(bytes), HasSubstr("byte-level and has `byte_fallback` too"));
}

TEST(TokenizerJson, RefusesAVocabularyThatContradictsItself) {
  const auto of = [](const char* vocab) { return refusal(File{.vocab = vocab, .merges = "[]"}); };
  EXPECT_THAT(of(R"({"a":0,"b":0})"), HasSubstr("two tokens have the id 0"));
  EXPECT_THAT(of(R"({"a":0,"a":1})"), HasSubstr("the token a is in `vocab` twice"));
  EXPECT_THAT(of(R"({"a":16777216})"), HasSubstr("the id of the token a"));
  EXPECT_THAT(of(R"({"a":-1})"), HasSubstr("the id of the token a"));
  EXPECT_THAT(of("[]"), HasSubstr("the model has no `vocab`"));
  EXPECT_THAT(of(("{\"" + std::string(256, 'a') + "\":0}").c_str()),
              HasSubstr("the token 0 has more than 255 bytes"));
  EXPECT_EQ(of(R"({"":0,"a":16777215})"), "read");
}

TEST(TokenizerJson, RefusesMergesOfTokensThatAreNotThere) {
  const auto of = [](const char* merges) { return refusal(File{.merges = merges}); };
  EXPECT_THAT(of(R"(["a b","a x"])"), HasSubstr("merge 1 names a token that is not in `vocab`"));
  EXPECT_THAT(of(R"(["a a"])"), HasSubstr("merge 0 names a token that is not in `vocab`"));
  EXPECT_THAT(of(R"(["ab"])"), HasSubstr("merge 0 is not two tokens"));
  EXPECT_THAT(of(R"(["a b c"])"), HasSubstr("merge 0 is not two tokens"));
  EXPECT_THAT(of(R"([["a","b","c"]])"), HasSubstr("merge 0 is not two tokens"));
  EXPECT_THAT(of(R"([["a",1]])"), HasSubstr("merge 0 is not two tokens"));
  EXPECT_THAT(of("{}"), HasSubstr("the model has no `merges`"));
}

TEST(TokenizerJson, RefusesAddedTokensThatItWouldMiscount) {
  const auto of = [](const std::string& token, const char* normalizer = "null") {
    return refusal(File{.normalizer = normalizer, .added_tokens = "[" + token + "]"});
  };
  for (const std::string key : {"lstrip", "rstrip", "single_word"}) {
    EXPECT_THAT(of(R"({"id":9,"content":"<s>",")" + key + R"(":true})"),
                HasSubstr("the added token <s> has `" + key + "`"));
  }
  EXPECT_THAT(of(R"({"id":9,"content":"ab"})"), HasSubstr("another id than in `vocab`"));
  EXPECT_THAT(of(R"({"id":3,"content":"<s>"})"), HasSubstr("two tokens have the id 3"));
  EXPECT_THAT(of(R"({"id":9})"), HasSubstr("no `content` or no `id`"));
  EXPECT_THAT(of(R"({"id":9,"content":"<s>","priority":1})"), HasSubstr("a member `priority`"));
  EXPECT_THAT(of(R"({"id":9,"content":"<s>"},{"id":9,"content":"<s>"})"),
              HasSubstr("the added token <s> is empty or another one"));
  EXPECT_THAT(of(R"({"id":9,"content":"x"})",
                 R"({"type":"Replace","pattern":{"String":"x"},"content":""})"),
              HasSubstr("the added token x is empty or another one"));
  EXPECT_THAT(of(R"({"id":9,"content":")" + std::string(256, 'x') + R"("})"),
              HasSubstr("more than 255 bytes"));
}

TEST(TokenizerJson, RefusesAFileOfAnotherVersionOrWithUnknownMembers) {
  EXPECT_THAT(refusal(R"({"model":{"type":"BPE"}})"), HasSubstr("`version` is not \"1.0\""));
  EXPECT_THAT(refusal(R"({"version":"1.0","model":null})"), HasSubstr("the file has no `model`"));
  EXPECT_THAT(refusal(R"({"version":"1.0","model":{}})"), HasSubstr("the model has no `type`"));
  EXPECT_THAT(refusal(R"({"version":"1.0","model":{},"charsmap":1})"),
              HasSubstr("the file has a member `charsmap`"));
}

}  // namespace
}  // namespace sheaf::tokens
