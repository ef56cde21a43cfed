// Replies as models write them when they do not keep to the format.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "format/batch_format.hpp"
#include "hostile_text.hpp"

namespace sheaf::hostile {

using Texts = std::vector<std::string>;

inline std::string joined(const Texts& lines, std::string_view by = "\n") {
  std::string out;
  for (const std::string& line : lines) out.append(out.empty() ? "" : by).append(line);
  return out;
}

inline std::string key(std::size_t index) { return "A[" + std::to_string(index) + "]:"; }

/// What stands behind the key of a block.
inline std::string behind_key(const std::string& block) {
  return block.substr(block.find(':') + 1);
}

/// A block as a model writes it that forgets the key: its text starts the line.
inline std::string without_key(const std::string& block) {
  const std::string text = behind_key(block);
  return text.substr(std::min(text.find_first_not_of(" \n"), text.size()));
}

/// The keyed lines of a reply: each answer as the format escapes it, or as a model writes it that
/// does not indent, or in one line.
inline Texts blocks(const format::BatchFormat& format, std::size_t size, std::size_t pieces = 6) {
  Texts out;
  for (std::size_t i = 0; i < size; ++i) {
    const int form = *rc::gen::inRange(0, 3);
    if (form == 0) {
      const Texts text{*hostile::text(pieces) + nonce(i) + *hostile::text(pieces)};
      const std::string block = format.answers(text, format::Keys::indexed);
      out.push_back(key(i + 1) + behind_key(block));
    } else {
      out.push_back(key(i + 1) + (form == 1 ? " so " : " First this.\nThen that: ") + nonce(i));
    }
  }
  return out;
}

inline std::size_t index_in(const Texts& blocks) {
  return *rc::gen::inRange<std::size_t>(0, blocks.size());
}

inline std::string rekeyed(const Texts& blocks, const std::function<std::size_t(std::size_t)>& to) {
  Texts out;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    out.push_back(key(to(i + 1)) + behind_key(blocks[i]));
  return joined(out);
}

/// Every block with its key written as `write` does.
inline std::string written(const Texts& blocks,
                           const std::function<std::string(std::string number)>& write) {
  Texts out;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    out.push_back(write(std::to_string(i + 1)) + behind_key(blocks[i]));
  }
  return joined(out);
}

struct Mangle {
  std::string name;
  std::function<std::string(Texts)> apply;
};

inline const std::vector<Mangle>& mangles() {
  static const std::vector<Mangle> all{
      {"faithful", [](const Texts& b) { return joined(b); }},
      {"drop",
       [](Texts b) {
         b.erase(b.begin() + static_cast<std::ptrdiff_t>(index_in(b)));
         return joined(b);
       }},
      {"swap order",
       [](Texts b) {
         std::swap(b[index_in(b)], b[index_in(b)]);
         return joined(b);
       }},
      {"reverse",
       [](Texts b) {
         std::ranges::reverse(b);
         return joined(b);
       }},
      {"duplicate",
       [](Texts b) {
         b.insert(b.begin() + static_cast<std::ptrdiff_t>(index_in(b)), b[index_in(b)]);
         return joined(b);
       }},
      {"conflict",
       [](Texts b) {
         const std::size_t at = index_in(b);
         b.insert(b.begin() + static_cast<std::ptrdiff_t>(index_in(b)), key(at + 1) + " other");
         return joined(b);
       }},
      {"keys from 0", [](const Texts& b) { return rekeyed(b, [](auto i) { return i - 1; }); }},
      {"off by one", [](const Texts& b) { return rekeyed(b, [](auto i) { return i + 1; }); }},
      {"one key twice",
       [](const Texts& b) {
         const std::size_t from = index_in(b) + 1;
         const std::size_t to = index_in(b) + 1;
         return rekeyed(b, [=](auto i) { return i == from ? to : i; });
       }},
      {"one key left out",
       [](Texts b) {
         const std::size_t at = index_in(b);
         b[at] = without_key(b[at]);
         return joined(b);
       }},
      {"only the first key",
       [](Texts b) {
         for (std::size_t i = 1; i < b.size(); ++i) b[i] = without_key(b[i]);
         return joined(b);
       }},
      {"one key in other writing",
       [](Texts b) {
         const std::size_t at = index_in(b);
         const std::string number = std::to_string(at + 1);
         const Texts writings{"A" + number + ":", "A(" + number + "):", "Answer " + number + ":",
                              number + ".",       "[" + number + "]:",  "A[" + number + "] -"};
         b[at] = *rc::gen::elementOf(writings) + behind_key(b[at]);
         return joined(b);
       }},
      {"merged on one line", [](const Texts& b) { return joined(b, " "); }},
      {"glued", [](const Texts& b) { return joined(b, ""); }},
      {"blank lines between", [](const Texts& b) { return joined(b, "\n\n"); }},
      {"CRLF", [](const Texts& b) { return joined(b, "\r\n"); }},
      {"range",
       [](const Texts& b) { return "A[1-" + std::to_string(b.size()) + "]: " + nonce(0); }},
      {"list",
       [](Texts b) {
         const std::size_t at = index_in(b);
         b[at] = "A[" + std::to_string(at + 1) + "] and " + b[index_in(b)];
         return joined(b);
       }},
      {"mention",
       [](Texts b) {
         b[index_in(b)] += " unlike A[" + std::to_string(index_in(b) + 1) + "] above";
         return joined(b);
       }},
      {"question label",
       [](const Texts& b) { return written(b, [](const auto& n) { return "Q[" + n + "]:"; }); }},
      {"bold",
       [](const Texts& b) {
         return written(b, [](const auto& n) { return "**A[" + n + "]:**"; });
       }},
      {"bold label",
       [](const Texts& b) {
         return written(b, [](const auto& n) { return "- **A**[" + n + "]:"; });
       }},
      {"numbered",
       [](const Texts& b) {
         return written(b, [](const auto& n) { return n + ". A[" + n + "]:"; });
       }},
      {"headings",
       [](const Texts& b) {
         return written(b, [](const auto& n) { return "### Sample " + n + "\nA[" + n + "]:"; });
       }},
      {"full width",
       [](const Texts& b) {
         return written(b, [](const auto& n) {
           return "\xEF\xBC\xA1\xEF\xBC\xBB" + n + "\xEF\xBC\xBD\xEF\xBC\x9A";
         });
       }},
      {"dashes",
       [](const Texts& b) { return written(b, [](const auto& n) { return "A[" + n + "] - "; }); }},
      {"no brackets",
       [](const Texts& b) { return written(b, [](const auto& n) { return "A" + n + ":"; }); }},
      {"leading zeros",
       [](const Texts& b) { return written(b, [](const auto& n) { return "A[000" + n + "]:"; }); }},
  };
  return all;
}

/// `reply` with what models write around it: nothing, a preamble, the questions again, a fence.
inline std::string wrapped(const format::BatchFormat& format,
                           const std::vector<format::SampleText>& samples,
                           const std::string& reply) {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return "Sure! Here are the answers to A[1] to A[3]:\n\n" + reply;
    case 1:
      return format.contexts(samples, format::Keys::indexed) + "\n" + reply;
    case 2:
      return "```\n" + reply + "\n```\nThat was all.";
    case 3:
      return reply + "\n\nI hope this helps; 7 more to go.";
    case 4: {
      std::string raw;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        raw += "Q[" + std::to_string(i + 1) + "]: " + samples[i].fields[0].text + "\n";
      }
      return raw + reply;
    }
    default:
      return reply;
  }
}

}  // namespace sheaf::hostile
