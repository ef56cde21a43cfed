#include <set>

#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

const std::string base =
    "name: n\n"
    "instruction: i\n"
    "sample: {Q: \"{{q}}\"}\n"
    "model: {name: m, parameters: {seed: 1}, headers: {X: y}}\n"
    "batch: {size: 2}\n"
    "exemplars: [{q: a, answer: 1, reasoning: r.}, {q: b, answer: 2, reasoning: s.}]\n"
    "limits: {concurrency: 3}\n"
    "answer: {type: number, reasoning: chain-of-thought}\n";

std::string request(std::string_view line) { return request_identity(loaded(with(line, base))); }
std::string reading(std::string_view line) { return reading_identity(loaded(with(line, base))); }
const char* same = "name: n";

TEST(RequestIdentity, IgnoresWhatDoesNotReachTheSample) {
  for (const auto* line :
       {"name: other", "batch: {size: 1}", "batch: {size: 2, exemplars: stable-prefix}",
        "batch: {size: 2, grouping: similarity}",
        "limits: {concurrency: 9, requests_per_minute: 5}",
        "price: {input_per_million: 1, output_per_million: 2}", "simulated: {accuracy: 1}", "id: q",
        "gold: g", "isolate: q", "endpoints: [{key_env: A}]",
        "model: {name: openai/m, parameters: {seed: 1}}",
        "model: {name: m, parameters: {seed: 1}, context_tokens: 900}",
        "model: {name: m, parameters: {seed: 1}, max_output_tokens: 90}",
        "sample: {Q: '{{ q }}'}"}) {
    EXPECT_EQ(request(line), request(same)) << line;
  }
}

TEST(RequestIdentity, IgnoresWhatOnlyReadsTheReply) {
  for (const auto* line : {"answer: {type: text, reasoning: chain-of-thought, max_tokens: 256}",
                           "answer: {type: number, reasoning: chain-of-thought, marker: So}",
                           "answer: {type: number, reasoning: chain-of-thought, pattern: '(.)'}"}) {
    EXPECT_EQ(request(line), request(same)) << line;
    EXPECT_NE(reading(line), reading(same)) << line;
  }
}

TEST(RequestIdentity, ChangesWithEverythingElseThatReachesTheRequest) {
  std::set<std::string> seen{request(same)};
  for (const auto* line :
       {"instruction: j",
        "sample: {R: \"{{q}}\"}",
        "sample: {Q: \"{{q}}\", R: \"{{q}}\"}",
        "sample: {Q: \"{{q}}!\"}",
        "model: {name: m2, parameters: {seed: 1}}",
        "model: {name: m, parameters: {seed: 2}}",
        "model: {name: m}",
        "model: {name: m, parameters: {seed: 1}, temperature: 1}",
        "model: {name: m, parameters: {seed: 1}, api: completions}",
        "model: {name: m, parameters: {seed: 1}, output_cap: max_completion_tokens}",
        "exemplars: [{q: a, answer: 1, reasoning: r.}]",
        "exemplars: [{q: b, answer: 2, reasoning: s.}, {q: a, answer: 1, reasoning: r.}]",
        "exemplars: [{q: a, answer: 1, reasoning: r.}, {q: b, answer: 3, reasoning: s.}]",
        "exemplars: [{q: a, answer: 1, reasoning: r.}, {q: b, answer: 2, reasoning: t.}]",
        "exemplars: [{q: a, answer: 1, reasoning: r.}, {q: c, answer: 2, reasoning: s.}]",
        "exemplars: [{q: a, answer: 1, reasoning: r., printed: {answer: z}}, {q: b, answer: 2, "
        "reasoning: s.}]",
        "exemplars: [{q: a, answer: 1, reasoning: r., printed: {fields: {P: a}}}, {q: b, answer: "
        "2, reasoning: s.}]",
        "prompt: {contract: none}",
        "prompt: {instruction: assistant}",
        "prompt: {choices_label: Options}",
        "answer: {type: number, max_tokens: 256}",
        "answer: {type: number, reasoning: chain-of-thought, max_tokens: 9}",
        "answer: {type: number, reasoning: chain-of-thought, label: B}",
        "answer: {type: choice, reasoning: chain-of-thought, choices: ['1', '2']}",
        "answer: {type: choice, reasoning: chain-of-thought, choices: ['1', '2', '3']}"}) {
    EXPECT_TRUE(seen.insert(request(line)).second) << line;
  }
}

TEST(RequestIdentity, TellsLettersFromFixedChoices) {
  const auto letters = loaded(with("answer: {type: choice, choices: c}"));
  const auto fixed = loaded(with("answer: {type: choice, choices: [c, d]}"));
  EXPECT_NE(request_identity(letters), request_identity(fixed));
}

TEST(RequestIdentity, DoesNotDependOnTheMarkerInsideAnExemplar) {
  const auto marked =
      loaded(with("answer: {type: number, reasoning: chain-of-thought, marker: So}", base));
  EXPECT_EQ(marked.exemplars[0].answer, "r. So 1.");
  EXPECT_EQ(request_identity(marked), request(same));
}

TEST(ReadingIdentity, IgnoresWhatReachesTheRequest) {
  for (const auto* line : {"instruction: j", "batch: {size: 5}", "model: {name: m2}",
                           "exemplars: [{q: c, answer: 2, reasoning: s.}]"}) {
    EXPECT_EQ(reading(line), reading(same)) << line;
  }
}

TEST(Identities, OfProgramsReadTheirFailureAndStepsAndRequestTheRest) {
  const auto task = [](const std::string& more, const std::string& program = "ans = 1") {
    return loaded(with("answer: {type: number, reasoning: program" + more + "}") +
                  "exemplars: [{q: a, answer: 1, reasoning: r., program: " + program + "}]\n");
  };
  const auto plain = task("");
  for (const auto* more : {", program_failure: text", ", program_steps: 9"}) {
    EXPECT_EQ(request_identity(task(more)), request_identity(plain)) << more;
    EXPECT_NE(reading_identity(task(more)), reading_identity(plain)) << more;
  }
  EXPECT_NE(request_identity(task("", "ans = 2")), request_identity(plain));
  EXPECT_EQ(reading_identity(task("", "ans = 2")), reading_identity(plain));
  EXPECT_NE(request_identity(task(", max_tokens: 9")), request_identity(plain));
}

TEST(Identities, AreStableAcrossVersions) {
  EXPECT_EQ(request(same), "996e827429dd9a185f67ca9616e9c5ca");
  EXPECT_EQ(reading(same), "1f2550c743894d082ae7863ba82d045e");
}

}  // namespace
}  // namespace sheaf::task
