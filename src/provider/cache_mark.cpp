#include "provider/cache_mark.hpp"

#include <algorithm>
#include <utility>

#include "provider/body.hpp"

namespace sheaf::provider {
namespace {

json::Object breakpoint(const PromptCache& cache) {
  json::Object mark{{"mode", "explicit"}};
  if (!cache.lifetime.empty()) mark.emplace_back("ttl", cache.lifetime);
  return mark;
}

void append_part(std::string& body, std::string_view type, std::string_view text,
                 const PromptCache* cache) {
  append_comma(body);
  body.append(R"({"type":")").append(type).append(R"(","text":)");
  json::append_string(body, text);
  if (cache != nullptr) append_member(body, "prompt_cache_breakpoint", breakpoint(*cache));
  body.push_back('}');
}

}  // namespace

void append_parts(std::string& body, std::string_view part_type, std::string_view text,
                  std::size_t static_bytes, const PromptCache& cache) {
  const auto shared = text.substr(0, static_bytes);
  const auto rest = text.substr(shared.size());
  body.push_back('[');
  if (!shared.empty()) append_part(body, part_type, shared, &cache);
  if (shared.empty() || !rest.empty()) append_part(body, part_type, rest, nullptr);
  body.push_back(']');
}

bool has_breakpoint(const Prompt& own, const PromptCache& cache) {
  return cache.mark == CacheMark::breakpoint && own.static_bytes > 0 && !own.messages.empty() &&
         own.messages.back().role == Role::user;
}

void add_cache_members(json::Object& members, const Prompt& own, const PromptCache& cache) {
  if (!own.cache_key.empty()) members.emplace_back("prompt_cache_key", own.cache_key);
  if (cache.mark != CacheMark::breakpoint) return;
  members.emplace_back("prompt_cache_options", json::Object{{"mode", "explicit"}});
}

json::Value cache_control(const PromptCache& cache) {
  json::Object control{{"type", "ephemeral"}};
  const bool usual = cache.lifetime.empty() || cache.lifetime == "5m";
  if (!usual) control.emplace_back("ttl", cache.lifetime);
  return control;
}

}  // namespace sheaf::provider
