// Any bytes as a published data set, as a prompt file and as a configuration: refused, or rows with
// an id and an answer, and exemplars that a task can be made of.
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "core/json.hpp"
#include "core/text.hpp"
#include "dataset/published.hpp"
#include "dataset/sets.hpp"
#include "dataset/upstream.hpp"
#include "require.hpp"
#include "task/yaml_tree.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

void require_printable(const std::string& message) {
  require(!message.empty() && text::display_safe(message, message.size()) == message);
}

void convert(const dataset::Set& set, const std::string& content) {
  const auto source = dataset::read_published(content, "file");
  if (!source) return require_printable(source.error().message);
  for (std::int64_t index = 0;; ++index) {
    const auto pulled = (*source)->next();
    require(pulled.has_value());
    if (!*pulled) return;
    const auto* row = std::get_if<rows::Row>(&**pulled);
    if (row == nullptr) continue;
    const auto converted = set.convert(row->fields, index);
    if (!converted) {
      require_printable(converted.error());
      continue;
    }
    const auto line = json::parse(json::dump(*converted));
    require(line.has_value() && line->find("id") != nullptr && line->find("answer") != nullptr);
    require(!line->find("answer")->string()->empty());
  }
}

void make_task(const dataset::Set& set, const std::string& content, bool as_is) {
  const auto prompt = dataset::read_upstream_prompt(content, "p.txt", dataset::family_of(set));
  if (!prompt) return require_printable(prompt.error().message);
  require(prompt->size > 0 && !prompt->exemplars.empty());
  dataset::UpstreamConfig config;
  config.set = &set;
  config.prompt_path = "p.txt";
  config.method = "batch_inference";
  config.batched = true;
  config.marker = "The answer is";
  config.engine = "m";
  config.temperature = "0";
  config.max_tokens = 512;
  const auto task = dataset::make_upstream_task(config, *prompt, as_is, "e.jsonl");
  if (!task) return require_printable(task.error().message);
  require(task::parse_yaml(task->yaml).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto sets = dataset::all_sets();
  const auto& set = sets[data[0] % sets.size()];
  const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
  convert(set, content);
  make_task(set, content, data[0] >= 128);
  const auto config = dataset::read_upstream_config(content, "/nowhere/c.yaml");
  if (!config) require_printable(config.error().message);
  return 0;
}
