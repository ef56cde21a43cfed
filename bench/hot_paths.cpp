#include "hot_paths.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "answer/settle.hpp"
#include "core/json.hpp"
#include "dispatch/scheduler.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "provider/provider.hpp"
#include "rows/readers.hpp"
#include "task/task.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::bench {
namespace {

constexpr std::size_t batch = 16;
constexpr std::size_t file_rows = 256;

constexpr const char* task_text =
    "name: hot\n"
    "instruction: Decide which queue each message belongs to.\n"
    "sample: {Message: \"{{text}}\"}\n"
    "answer: {label: Answer, type: choice, choices: [billing, bug, account], max_tokens: 8}\n"
    "id: id\n"
    "batch: {size: 16}\n"
    "model: {name: openai/none}\n";

/// Keeps what was made from being optimised away.
void use(std::size_t value) {
  if (value == static_cast<std::size_t>(-1)) std::abort();
}

template <class T, class E>
T expect(std::expected<T, E> value) {
  if (!value) std::abort();
  return std::move(*value);
}

std::string message(std::size_t i) {
  std::string text = fmt::format("Message {:08}: ", i);
  while (text.size() < 360) text += "the invoice came \"twice\" and nobody could say why; ";
  return text;
}

std::string json_row(std::size_t i) {
  return json::dump(json::Object{{"id", fmt::format("row-{:08}", i)}, {"text", message(i)}});
}

std::string csv_row(std::size_t i) {
  std::string quoted;
  for (const char c : message(i)) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return fmt::format("row-{:08},\"{}\"\n", i, quoted);
}

/// A task and a batch of its rows, with the reply that answers all of it.
struct Work {
  task::Task task = expect(task::parse(task_text, "hot.yaml", {answer::check_pattern}));
  std::unique_ptr<format::BatchFormat> format = task::make_format(task);
  answer::Extractor extractor{task.answer};
  provider::OpenAi provider{task.model};
  prompt::PromptBuilder builder{task, *format};
  std::vector<json::Value> fields;
  std::vector<format::SampleText> samples;
  std::string opening = provider.opening(builder.prefix(static_cast<int>(batch)));
  std::string reply;
  HttpResponse response;

  Work() {
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < batch; ++i) {
      fields.push_back(expect(json::parse(json_row(i))));
      samples.push_back(expect(task::render(task, fields.back())).sample);
      answers.emplace_back(i % 2 == 0 ? "billing" : "bug");
    }
    reply = format->answers(answers, format::Keys::indexed);
    const json::Object said{{"role", "assistant"}, {"content", reply}};
    const json::Object choice{{"index", 0}, {"message", said}, {"finish_reason", "stop"}};
    const json::Object usage{{"prompt_tokens", 1700}, {"completion_tokens", 96}};
    response.status = 200;
    response.body = json::dump(
        json::Object{{"id", "chatcmpl-1"}, {"choices", json::Array{choice}}, {"usage", usage}});
  }
};

/// A file in memory.
class Bytes final : public rows::ByteSource {
 public:
  explicit Bytes(std::string_view bytes) : left_(bytes) {}
  Expected<std::size_t> read(std::span<char> room) override {
    const auto count = std::min(room.size(), left_.size());
    std::memcpy(room.data(), left_.data(), count);
    left_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view left_;
};

void read_all(rows::RowSource& source) {
  while (const auto row = expect(source.next())) {
    if (!std::holds_alternative<rows::Row>(*row)) std::abort();
  }
}

rows::Input input(std::string_view bytes) {
  return {rows::PieceReader(std::make_unique<Bytes>(bytes)), "hot"};
}

std::function<void()> decode() {
  return [work = std::make_shared<Work>()] {
    const auto decoded = work->format->decode({.text = work->reply, .samples = work->samples});
    use(decoded.answers.size());
  };
}

std::function<void()> render() {
  return [work = std::make_shared<Work>()] {
    std::vector<format::SampleText> samples;
    for (const auto& fields : work->fields) {
      samples.push_back(expect(task::render(work->task, fields)).sample);
    }
    const auto own = work->builder.build_own(samples, work->builder.output_cap(batch));
    use(work->provider.request(work->opening, own).body.size());
  };
}

std::function<void()> settle() {
  return [work = std::make_shared<Work>()] {
    answer::SentBatch sent;
    for (const auto& sample : work->samples) sent.members.push_back({&sample, {}, {1, 0}});
    const Completion completion{work->reply, FinishReason::stop, Usage{}};
    use(answer::settle(sent, completion, *work->format, work->extractor, {}).outcomes.size());
  };
}

/// One job from its submission to its end, 64 in flight, under limits that hold nothing up.
std::function<void()> limiter_step() {
  struct State {
    static dispatch::SchedulerOptions options() {
      dispatch::SchedulerOptions options;
      options.endpoints = {{60'000'000, 60'000'000'000}};
      return options;
    }
    dispatch::Scheduler scheduler{options()};
    dispatch::JobId next = 0;
    Time now{0};
    Exchange end{Completion{"", FinishReason::stop, Usage{.input_tokens = 1700}}, {}};
  };
  const auto state = std::make_shared<State>();
  const auto submit = [state] {
    state->scheduler.submit(++state->next, 2000, false, state->now);
    use(state->scheduler.next(state->now)->endpoint);
  };
  for (int i = 0; i < 63; ++i) submit();
  return [state, submit] {
    submit();
    state->now += Time{1000};
    use(static_cast<std::size_t>(state->scheduler.ended(state->next - 63, state->end, state->now)));
    use(static_cast<std::size_t>(
        state->scheduler.next_wakeup(state->now).value_or(Time{0}).count()));
  };
}

std::function<void()> read_reply() {
  return [work = std::make_shared<Work>()] {
    const auto exchange = work->provider.read(work->response, 0);
    use(std::get<Completion>(exchange.outcome).text.size());
  };
}

std::function<void()> parse_json() {
  return [row = json_row(1)] { use(expect(json::parse(row)).object()->size()); };
}

std::function<void()> escape_json() {
  return [text = message(1)] {
    std::string out;
    json::append_string(out, text);
    use(out.size());
  };
}

std::function<void()> read_jsonl() {
  std::string file;
  for (std::size_t i = 0; i < file_rows; ++i) file += json_row(i) + "\n";
  return [file] { read_all(*rows::read_jsonl(input(file))); };
}

std::function<void()> read_csv() {
  std::string file = "id,text\n";
  for (std::size_t i = 0; i < file_rows; ++i) file += csv_row(i);
  return [file] { read_all(*expect(rows::read_delimited(input(file), rows::Delimiter::comma))); };
}

std::function<void()> count_o200k() {
  return [tokenizer = expect(tokens::encoding("o200k_base")), text = message(1)] {
    use(static_cast<std::size_t>(tokenizer->count(text)));
  };
}

}  // namespace

const std::vector<HotPath>& hot_paths() {
  static const std::vector<HotPath> all{
      {"decode", "a reply of 16 answers", decode},
      {"render", "16 rows to the bytes of a request", render},
      {"settle", "a reply of 16 answers", settle},
      {"limiter_step", "a request, from its submission to its end", limiter_step},
      {"read_reply", "a response of 16 answers", read_reply},
      {"parse_json", "a row of 400 bytes", parse_json},
      {"escape_json", "a text of 360 bytes", escape_json},
      {"read_jsonl", "256 rows of 400 bytes", read_jsonl},
      {"read_csv", "256 rows of 400 bytes", read_csv},
      {"count_o200k", "a text of 360 bytes", count_o200k},
  };
  return all;
}

}  // namespace sheaf::bench
