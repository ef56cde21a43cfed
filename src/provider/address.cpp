#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

void set_header(std::vector<Header>& headers, const std::string& name, std::string value) {
  std::erase_if(headers, [&name](const Header& header) {
    return text::equals_fold_ascii(header.name, name);
  });
  headers.push_back({name, std::move(value)});
}

std::string join_url(std::string_view base, std::string_view path) {
  const auto query = std::min(base.find('?'), base.size());
  auto front = base.substr(0, query);
  while (front.ends_with('/')) front.remove_suffix(1);
  auto url = std::string(front).append(path).append(base.substr(query));
  const bool both = query < base.size() && path.contains('?');
  if (both) url[front.size() + path.size()] = '&';
  return url;
}

void hide(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  constexpr std::string_view hidden = "***";
  for (auto at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + hidden.size())) {
    text.replace(at, secret.size(), hidden);
  }
}

}  // namespace

HttpRequest address(HttpRequest request, const Endpoint& endpoint) {
  request.url = join_url(endpoint.base_url, request.url);
  const std::string key(text::trim(endpoint.key.reveal()));
  if (!key.empty()) {
    const bool bearer = endpoint.key_header == KeyHeader::bearer;
    set_header(request.headers, std::string(header_of(endpoint.key_header)),
               bearer ? "Bearer " + key : key);
  }
  for (const auto& [name, value] : endpoint.headers) {
    set_header(request.headers, name, value.reveal());
  }
  return request;
}

void hide_secrets(Fault& fault, std::span<const Endpoint> endpoints) {
  for (const auto& endpoint : endpoints) {
    hide(fault.detail, text::trim(endpoint.key.reveal()));
    for (const auto& [name, value] : endpoint.headers) hide(fault.detail, value.reveal());
  }
}

void hide_secrets(Exchange& exchange, std::span<const Endpoint> endpoints) {
  auto* fault = std::get_if<Fault>(&exchange.outcome);
  if (fault != nullptr) hide_secrets(*fault, endpoints);
}

}  // namespace sheaf::provider
