// Every way to write a task file wrongly, with the exact message it is refused by.
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

struct Wrong {
  std::string yaml;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.yaml; }

class LoadErrors : public testing::TestWithParam<Wrong> {};

TEST_P(LoadErrors, AreRefusedWithPlaceReasonAndRemedy) {
  const auto task = parsed(GetParam().yaml);
  ASSERT_FALSE(task);
  EXPECT_EQ(task.error().code, ErrorCode::usage);
  EXPECT_EQ(task.error().message, "task.yaml:" + GetParam().message);
}

std::string choices(std::string_view list) {
  return with("answer: {type: choice, choices: " + std::string(list) + "}");
}
std::string answer(std::string_view more) {
  return with("answer: {type: text, " + std::string(more) + "}");
}
std::string model(std::string_view more) {
  return with("model: {name: m, " + std::string(more) + "}");
}

INSTANTIATE_TEST_SUITE_P(
    File, LoadErrors,
    testing::Values(
        Wrong{"", "1:1: this is no task; write keys and values, or begin with 'sheaf init ROWS'"},
        Wrong{"- a\n",
              "1:1: this is no task; write keys and values, or begin with 'sheaf init ROWS'"},
        Wrong{"{\"id\": 1}\n{\"id\": 2}\n",
              "2:1: a second document begins here; a task file holds one"},
        Wrong{with("instruction: Decide: yes or no"),
              "2:20: not valid YAML: illegal map value; put a value that holds ': ' in quotes, or "
              "mend the indentation"}));

INSTANTIATE_TEST_SUITE_P(
    Keys, LoadErrors,
    testing::Values(
        Wrong{with("modle: {}"), "6:1: unknown key 'modle'; did you mean 'model'?"},
        Wrong{
            with("zzz: 1"),
            "6:1: unknown key 'zzz'; known here: name, instruction, sample, answer, exemplars, id, "
            "gold, isolate, batch, prompt, embeddings, model, limits, endpoints, price, simulated"},
        Wrong{answer("chioces: [a]"),
              "5:22: unknown key 'chioces' in 'answer'; did you mean 'choices'?"},
        Wrong{with("batch:\n  size: 2\n  sizes: 3"),
              "8:3: unknown key 'sizes' in 'batch'; did you mean 'size'?"},
        Wrong{model("max_tokens: 5"),
              "4:18: unknown key 'max_tokens' in 'model'; known here: name, tokenizer, "
              "context_tokens, max_output_tokens, api, temperature, output_cap, "
              "reasoning_tokens, parameters, headers"},
        Wrong{with("limits: {rpm: 5}"),
              "6:10: unknown key 'rpm' in 'limits'; known here: requests_per_minute, "
              "tokens_per_minute, concurrency"},
        Wrong{with("price: {input: 5}"),
              "6:9: unknown key 'input' in 'price'; known here: input_per_million, "
              "cached_input_per_million, output_per_million"},
        Wrong{with("endpoints: [{key_evn: A}]"),
              "6:14: unknown key 'key_evn' in 'endpoints'; did you mean 'key_env'?"},
        Wrong{with("\"a\\x1b[31m\": 1"),
              "6:1: unknown key 'a\\u{1b}[31m'; known here: name, instruction, sample, answer, "
              "exemplars, id, gold, isolate, batch, prompt, embeddings, model, limits, endpoints, "
              "price, simulated"},
        Wrong{smallest() + "name: again\n",
              "6:1: repeated key 'name', first on line 1; keep one of them"},
        Wrong{answer("label: B, label: C"),
              "5:32: repeated key 'label', first on line 5; keep one of them"},
        Wrong{model("parameters: {top_p: 1, top_p: 0.5}"),
              "4:41: repeated key 'top_p', first on line 4; keep one of them"}));

INSTANTIATE_TEST_SUITE_P(
    Required, LoadErrors,
    testing::Values(
        Wrong{with("name: "), "1:1: 'name' is missing; add it: a short name for this task"},
        Wrong{with("instruction: ~"),
              "1:1: 'instruction' is missing; add it: what the model should do"},
        Wrong{with("sample: null"),
              "1:1: 'sample' is missing; add it: labels and templates, such as Message: "
              "\"{{text}}\""},
        Wrong{with("answer: {label: B}"),
              "5:9: 'answer.type' is missing; add it: choice, number, boolean or text"},
        Wrong{with("answer: "),
              "1:1: 'answer.type' is missing; add it: choice, number, boolean or text"},
        Wrong{with("model: {api: chat}"),
              "4:8: 'model.name' is missing; add it: such as openai/gpt-4o-mini"},
        Wrong{with("answer: {type: choice}"),
              "5:9: 'answer.choices' is missing; add it: a list such as [yes, no], or the column "
              "that holds each row's own"},
        Wrong{with("price: {input_per_million: 1}"),
              "6:8: 'price.output_per_million' is missing; add it: US dollars per million tokens"},
        Wrong{with("name: ' '"), "1:7: 'name' is empty; write a value or remove the key"},
        Wrong{with("instruction: ''"),
              "2:14: 'instruction' is empty; write a value or remove the key"},
        Wrong{with("id: ''"), "6:5: 'id' is empty; write a value or remove the key"}));

INSTANTIATE_TEST_SUITE_P(
    Types, LoadErrors,
    testing::Values(
        Wrong{with("name: [n]"),
              "1:7: 'name' must be text, not a list; write one value, in quotes if it begins with "
              "'[' or '{'"},
        Wrong{with("name: \"a\\nb\""),
              "1:7: 'name' holds a line break or control character; remove it"},
        Wrong{
            with("answer: text"),
            "5:9: 'answer' must hold keys, not text; its keys are label, type, choices, reasoning, "
            "marker, pattern, max_tokens, program_failure, program_steps"},
        Wrong{with("batch: 6"),
              "6:8: 'batch' must hold keys, not text; its keys are size, grouping, format, "
              "exemplars, constrain"},
        Wrong{with("batch: {size: 0}"),
              "6:15: 'batch.size' is '0'; write a whole number from 1 to 1000"},
        Wrong{with("batch: {size: 1001}"),
              "6:15: 'batch.size' is '1001'; write a whole number from 1 to 1000"},
        Wrong{with("batch: {size: 6.0}"),
              "6:15: 'batch.size' is '6.0'; write a whole number from 1 to 1000"},
        Wrong{with("batch: {size: '6'}"),
              "6:15: 'batch.size' is '6' in quotes; write a whole number from 1 to 1000"},
        Wrong{with("batch: {size: [6]}"),
              "6:15: 'batch.size' is a list; write a whole number from 1 to 1000"},
        Wrong{with("batch: {size: 99999999999999999999}"),
              "6:15: 'batch.size' is '99999999999999999999'; write a whole number from 1 to 1000"},
        Wrong{with("batch: {format: labeled}"),
              "6:17: 'batch.format' is 'labeled'; did you mean 'labelled'?"},
        Wrong{with("batch: {format: json}"), "6:17: 'batch.format' is 'json'; write labelled"},
        Wrong{with("batch: {exemplars: stable}"),
              "6:20: 'batch.exemplars' is 'stable'; write regroup or stable-prefix"},
        Wrong{with("limits: {concurrency: 10001}"),
              "6:23: 'limits.concurrency' is '10001'; write a whole number from 1 to 10000"},
        Wrong{with("limits: {requests_per_minute: -1}"),
              "6:31: 'limits.requests_per_minute' is '-1'; write a whole number from 1 to "
              "1000000000000"},
        Wrong{answer("max_tokens: 1000001"),
              "5:34: 'answer.max_tokens' is '1000001'; write a whole number from 1 to 1000000"},
        Wrong{with("simulated: [1]"),
              "6:12: 'simulated' must hold options and values, not a list; write them below it"},
        Wrong{with("simulated: {rate: .nan}"),
              "6:19: JSON has no such number; write a finite one"}));

INSTANTIATE_TEST_SUITE_P(
    Answer, LoadErrors,
    testing::Values(
        Wrong{with("answer: {type: chioce}"),
              "5:16: 'answer.type' is 'chioce'; did you mean 'choice'?"},
        Wrong{with("answer: {type: json}"),
              "5:16: 'answer.type' is 'json'; write choice, number, boolean or text"},
        Wrong{answer("reasoning: cot"),
              "5:33: 'answer.reasoning' is 'cot'; write none, chain-of-thought or program"},
        Wrong{
            answer("choices: [a, b]"),
            "5:31: 'answer.choices' stands beside a type that has none; remove it, or write type: "
            "choice"},
        Wrong{choices("[a]"), "5:33: 'answer.choices' needs at least two texts; add them"},
        Wrong{choices("[]"), "5:33: 'answer.choices' needs at least two texts; add them"},
        Wrong{choices("[a, b, a]"), "5:40: 'answer.choices' has 'a' twice; keep one of them"},
        Wrong{choices("[Yes, no, YES]"),
              "5:43: 'answer.choices' has 'Yes' and 'YES', which differ in case alone; case is not "
              "told apart"},
        Wrong{choices("[a, '']"), "5:37: 'answer.choices' has an empty choice; write its text"},
        Wrong{choices("[a, null]"),
              "5:37: 'answer.choices' has a null among its choices; put a text such as \"null\" in "
              "quotes"},
        Wrong{choices("[a, [b]]"),
              "5:37: 'answer.choices' has a list among its choices; write each as text"},
        Wrong{choices("[a, ' b']"),
              "5:37: 'answer.choices' has a choice with a space at its end or a line break, ' b'; "
              "remove it"},
        Wrong{
            choices("{a: b}"),
            "5:33: 'answer.choices' must be text, not a mapping; write one value, in quotes if it "
            "begins with '[' or '{'"},
        Wrong{answer("pattern: '[0-9]+'"),
              "5:31: 'answer.pattern' has no group; put the value in (...)"},
        Wrong{answer("marker: ''"),
              "5:30: 'answer.marker' is empty; write a value or remove the key"},
        Wrong{answer("marker: \"a\\nb\""),
              "5:30: 'answer.marker' holds a line break or control character; remove it"},
        Wrong{answer("label: ''"),
              "5:29: 'answer.label' is empty; give it a word, such as Question"},
        Wrong{answer("label: 'A:'"),
              "5:29: 'answer.label' holds ':', '[', ']' or '\\', which mark keys; use other "
              "characters"},
        Wrong{answer("label: ' A'"), "5:29: 'answer.label' begins or ends with a space; remove it"},
        Wrong{answer("label: \"A\\u202e\""),
              "5:29: 'answer.label' holds a line break or control character; remove it"},
        Wrong{
            with("answer: {type: choice, choices: c, label: answer choices}"),
            "5:43: 'answer.label' is printed above each row's own choices; give it another name"}));

INSTANTIATE_TEST_SUITE_P(
    Sample, LoadErrors,
    testing::Values(
        Wrong{with("sample: {}"),
              "3:9: 'sample' is empty; write labels and templates, such as Message: \"{{text}}\""},
        Wrong{with("sample: '{{q}}'"),
              "3:9: 'sample' must hold labels and templates, such as Message: \"{{text}}\", not "
              "text; write them below it"},
        Wrong{with("sample: {Q: plain}"),
              "3:9: 'sample' shows no column, so that all rows look alike; write {{column}} in it"},
        Wrong{with("sample: {Q: {{q}}}"),
              "3:14: a key must be text, not a mapping; put a value that begins with '{' or '[' in "
              "quotes"},
        Wrong{with("sample: {Q: ~}"),
              "3:10: sample label 'Q' needs a template, not null; write it in quotes, such as "
              "\"{{text}}\""},
        Wrong{with("sample: {Q: [a]}"),
              "3:13: sample label 'Q' needs a template, not a list; write it in quotes, such as "
              "\"{{text}}\""},
        Wrong{with("sample: {Q: 'ab {{q'}"),
              "3:13: sample label 'Q' has '{{' without '}}' at character 4; write {{column}}"},
        Wrong{with("sample: {Q: '{{ }}'}"),
              "3:13: sample label 'Q' names no column between '{{' and '}}' at character 1; write "
              "{{column}}"},
        Wrong{with("sample: {a: '{{q}}'}"),
              "3:10: sample label 'a' is the answer's label too; give one of them another name"},
        Wrong{
            with("sample: {Q: '{{q}}', q: '{{r}}'}"),
            "3:22: sample label 'q' reads like 'Q' (case and spaces aside); give it another name"},
        Wrong{with("sample: {My text: '{{q}}', Mytext: '{{r}}'}"),
              "3:28: sample label 'Mytext' reads like 'My text' (case and spaces aside); give it "
              "another name"},
        Wrong{with("sample: {'Q[1]': '{{q}}'}"),
              "3:10: sample label 'Q[1]' holds ':', '[', ']' or '\\', which mark keys; use other "
              "characters"},
        Wrong{with("sample: {'Q ': '{{q}}'}"),
              "3:10: sample label 'Q ' begins or ends with a space; remove it"},
        Wrong{
            with("sample: {Answer choices: '{{q}}'}", choices("list")),
            "3:10: sample label 'Answer choices' is printed above each row's own choices; give it "
            "another name"}));

INSTANTIATE_TEST_SUITE_P(
    Model, LoadErrors,
    testing::Values(
        Wrong{with("model: {name: openai/}"),
              "4:15: 'model.name' names a provider and no model; write openai/MODEL"},
        Wrong{with("model: {name: ollama}"),
              "4:15: 'model.name' names a provider and no model; write ollama/MODEL"},
        Wrong{with("model: {name: \"a\\nb\"}"),
              "4:15: 'model.name' holds a control character or a space at its end; remove it"},
        Wrong{model("output_cap: max_token"),
              "4:30: 'model.output_cap' is 'max_token'; did you mean 'max_tokens'?"},
        Wrong{model("temperature: 2.1"),
              "4:31: 'model.temperature' must be a number from 0 to 2; write one, without quotes"},
        Wrong{model("temperature: '0'"),
              "4:31: 'model.temperature' must be a number from 0 to 2; write one, without quotes"},
        Wrong{model("temperature: -0.1"),
              "4:31: 'model.temperature' must be a number from 0 to 2; write one, without quotes"},
        Wrong{model("parameters: 5"),
              "4:30: 'model.parameters' must hold options and values, not text; write them below "
              "it"},
        Wrong{model("parameters: {max_tokens: 5}"),
              "4:31: 'model.parameters.max_tokens' is set by sheaf itself; remove it and write "
              "answer.max_tokens (model.output_cap chooses its name)"},
        Wrong{model("parameters: {stream: true}"),
              "4:31: 'model.parameters.stream' is set by sheaf itself; remove it"},
        Wrong{model("headers: [a]"),
              "4:27: 'model.headers' must hold names and values, not a list; write them below it"},
        Wrong{model("headers: {'X Y': a}"),
              "4:28: header 'X Y' is no header name; use letters, digits and '-'"},
        Wrong{model("headers: {X-A: a, x-a: b}"),
              "4:36: header 'x-a' stands twice; keep one of them"},
        Wrong{model("headers: {X-A: [sk-live-1]}"),
              "4:28: header 'X-A' needs a text, not a list; write one"},
        Wrong{model("headers: {X-A: 'v ${B'}"),
              "4:33: header 'X-A' has '${' without '}'; close it"},
        Wrong{model("headers: {X-A: '${B C}'}"),
              "4:33: header 'X-A' has '${...}' around what is no variable's name; write ${NAME}"},
        Wrong{model("headers: {X-A: \"a\\r\\nB: c\"}"),
              "4:33: header 'X-A' has a line break or control character; remove it"}));

constexpr const char* address_form = "; write http://HOST/v1 or https://HOST/v1";

INSTANTIATE_TEST_SUITE_P(
    Accounts, LoadErrors,
    testing::Values(
        Wrong{with("endpoints: {base_url: x}"),
              "6:12: 'endpoints' must be a list of accounts; write - base_url: ... for each"},
        Wrong{with("endpoints: []"),
              "6:12: 'endpoints' must be a list of accounts; write - base_url: ... for each"},
        Wrong{with("endpoints: [x]"),
              "6:13: 'endpoints' must hold keys, not text; its keys are base_url, key_env, "
              "requests_per_minute, tokens_per_minute"},
        Wrong{with("endpoints: [{base_url: api.example.com}]"),
              std::string("6:24: 'endpoints.base_url' is no http or https address") + address_form},
        Wrong{with("endpoints: [{base_url: 'http://'}]"),
              std::string("6:24: 'endpoints.base_url' is no http or https address") + address_form},
        Wrong{with("endpoints: [{base_url: 'http:///v1'}]"),
              std::string("6:24: 'endpoints.base_url' is no complete address") + address_form},
        Wrong{with("endpoints: [{base_url: 'http://h/v1?key=1'}]"),
              std::string("6:24: 'endpoints.base_url' has a query or fragment") + address_form},
        Wrong{with("endpoints: [{base_url: 'https://u:p@h/v1'}]"),
              "6:24: 'endpoints.base_url' holds a user name or password; take it out and send a "
              "header instead"},
        Wrong{with("endpoints: [{base_url: 'https://h/v1/chat/completions/'}]"),
              "6:24: 'endpoints.base_url' ends in /chat/completions, which is added to it; leave "
              "that out"},
        Wrong{with("endpoints: [{key_env: A}, {key_env: A, requests_per_minute: 5}]"),
              "6:27: 'endpoints' has the same address and key twice, whose limits would count "
              "twice; keep one of them"},
        Wrong{with("endpoints: [{base_url: 'http://h/v1'}]", with("model: {name: ollama/m}")),
              "6:24: 'endpoints.base_url' stands beside a model name that chooses an address by "
              "'ollama/'; remove one of them"},
        Wrong{
            with("endpoints: [{key_env: A}]\nlimits: {tokens_per_minute: 5}"),
            "7:29: 'limits.tokens_per_minute' stands beside 'endpoints'; write it at each of them "
            "instead"},
        Wrong{with("endpoints: [{key_env: A, tokens_per_minute: 0}]"),
              "6:45: 'endpoints.tokens_per_minute' is '0'; write a whole number from 1 to "
              "1000000000000"}));

constexpr const char* price_form =
    " must be US dollars per million tokens in plain digits with at most 6 decimals; write it like "
    "0.15";

INSTANTIATE_TEST_SUITE_P(
    Price, LoadErrors,
    testing::Values(Wrong{with("price: {input_per_million: 0.0000001, output_per_million: 1}"),
                          std::string("6:28: 'price.input_per_million'") + price_form},
                    Wrong{with("price: {input_per_million: 1e-1, output_per_million: 1}"),
                          std::string("6:28: 'price.input_per_million'") + price_form},
                    Wrong{with("price: {input_per_million: $1, output_per_million: 1}"),
                          std::string("6:28: 'price.input_per_million'") + price_form},
                    Wrong{with("price: {input_per_million: '1', output_per_million: 1}"),
                          std::string("6:28: 'price.input_per_million'") + price_form},
                    Wrong{with("price: {input_per_million: 1, output_per_million: -1}"),
                          std::string("6:51: 'price.output_per_million'") + price_form},
                    Wrong{with("price: {input_per_million: 1, output_per_million: [1]}"),
                          std::string("6:51: 'price.output_per_million'") + price_form}));

constexpr const char* no_key_here =
    " looks like an API key, and a task file never holds one; remove it and set the environment "
    "variable OPENAI_API_KEY";

INSTANTIATE_TEST_SUITE_P(
    Secrets, LoadErrors,
    testing::Values(
        Wrong{with("api_key: sk-1"), std::string("6:1: 'api_key'") + no_key_here},
        Wrong{model("key: sk-1"), std::string("4:18: 'key'") + no_key_here},
        Wrong{with("endpoints: [{api-key: sk-1}]"), std::string("6:14: 'api-key'") + no_key_here},
        Wrong{with("OPENAI_API_KEY: sk-1"), std::string("6:1: 'OPENAI_API_KEY'") + no_key_here},
        Wrong{model("parameters: {apiKey: sk-1}"), std::string("4:31: 'apiKey'") + no_key_here},
        Wrong{model("headers: {Authorization: Bearer sk-1}"),
              "4:43: header 'Authorization' would hold a key, and a task file never does; write "
              "${NAME} and set that environment variable"},
        Wrong{
            model("headers: {X-Any: Bearer sk-1}"),
            "4:35: header 'X-Any' would hold a key, and a task file never does; write ${NAME} and "
            "set that environment variable"},
        Wrong{
            model("headers: {X-Subscription-Key: a1}"),
            "4:48: header 'X-Subscription-Key' would hold a key, and a task file never does; write "
            "${NAME} and set that environment variable"},
        Wrong{with("sk-live-1: x"),
              "6:1: unknown key (hidden: it could be an API key); known here: name, instruction, "
              "sample, answer, exemplars, id, gold, isolate, batch, prompt, embeddings, model, "
              "limits, "
              "endpoints, price, simulated"},
        Wrong{
            with("endpoints: [{key_env: sk-proj-1}]"),
            "6:23: 'endpoints.key_env' must be the name of an environment variable, never the key "
            "itself; write a name such as OPENAI_API_KEY"}));

TEST(LoadErrors, NeverShowAValueThatCouldBeAKey) {
  const std::string key = "sk-proj-4f9a8b7c6d5e4f3a2b1c";
  for (const auto& line :
       {model("api: " + key), model("temperature: " + key), model("headers: {X: [" + key + "]}"),
        model("headers: {X: " + key + "}"), answer("type2: " + key),
        with("batch: {size: " + key + "}"), with("api_key: " + key),
        with("endpoints: [{key_env: " + key + "}]"),
        with("endpoints: [{base_url: 'https://" + key + "@h/v1'}]"),
        with("endpoints: [{base_url: 'https://h/v1?api_key=" + key + "'}]"),
        with("price: {input_per_million: " + key + "}"), with("limits: " + key)}) {
    const auto message = refusal(line);
    EXPECT_NE(message, "") << line;
    EXPECT_EQ(message.find("4f9a8b7c"), std::string::npos) << message;
  }
  EXPECT_EQ(refusal(model("api: " + key)),
            "task.yaml:4:23: 'model.api' is (hidden: it could be an API key); write chat, "
            "completions, responses, messages or generate_content");
}

TEST(LoadErrors, TellTheFirstOfSeveral) {
  EXPECT_EQ(refusal(with("zzzz: 1", answer("zzzz: 1"))).substr(0, 14), "task.yaml:6:1:");
}

}  // namespace
}  // namespace sheaf::task
