#include "hostile_program.hpp"

#include <algorithm>
#include <string_view>

#include "core/json.hpp"
#include "core/text.hpp"
#include "format/fences.hpp"
#include "hostile_task.hpp"

namespace sheaf::hostile {
namespace {

/// Every line of `text` as a comment. Python ends a line at CR too, and knows no NUL.
std::string comment(std::string text) {
  std::ranges::replace(text, '\r', '\n');
  std::ranges::replace(text, '\0', ' ');
  std::string out = "# ";
  for (const char c : text) {
    out.push_back(c);
    if (c == '\n') out += "# ";
  }
  return out + "\n";
}

/// One line, without what might open a fence.
std::string words_of(Dice& dice, const Texts& fragments) {
  std::string words = text_of(dice, fragments, 3);
  std::erase_if(words, [](char c) { return c == '`' || c == '~'; });
  return words;
}

Texts lines_of(const std::string& text) {
  Texts lines;
  for (const auto line : text::lines(text)) lines.emplace_back(line);
  return lines;
}

std::string said(const std::string& behind) {
  return behind.substr(std::min(behind.find_first_not_of(" \n"), behind.size()));
}

bool opens(const std::string& line) { return line.contains("```") || line.contains("~~~"); }

/// The lines of what stands behind a key, and which of them are its fences.
struct Block {
  explicit Block(const std::string& behind) : lines(lines_of(behind)) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!opens(lines[i])) continue;
      if (open == none) open = i;
      close = i;
    }
  }
  bool fenced() const { return open < close; }
  std::string text() const { return joined(lines); }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  Texts lines;
  std::size_t open = none;
  std::size_t close = none;
};

void erase_line(Block& block, std::size_t at) {
  block.lines.erase(block.lines.begin() + static_cast<std::ptrdiff_t>(at));
}

/// A reply in which `change` was done to one block, or to every one.
template <typename Change>
Mangle changed(std::string name, bool every, Change change) {
  return {std::move(name), Trace::telling, [=](const Scene& s) {
            const std::size_t only = s.dice.below(s.size());
            Texts out;
            for (std::size_t i = 0; i < s.size(); ++i) {
              Block block(s.behind[i]);
              if (block.fenced() && (every || i == only)) change(s, block, i);
              out.push_back(s.keys.key(i + 1) + block.text());
            }
            return joined(out);
          }};
}

template <typename Change>
void add_both(std::vector<Mangle>& all, const std::string& name, Change change) {
  all.push_back(changed("one program: " + name, false, change));
  all.push_back(changed("every program: " + name, true, change));
}

void indent(Block& block, std::string_view by) {
  for (std::size_t i = std::max<std::size_t>(block.open, 1); i <= block.close; ++i) {
    block.lines[i].insert(0, by);
  }
}

/// What opens a fence, without the word behind it.
void make_bare(Block& block) {
  std::string& line = block.lines[block.open];
  line.resize(line.find_last_of("`~") + 1);
}

void add_lost_fences(std::vector<Mangle>& all) {
  add_both(all, "closing fence lost",
           [](const Scene&, Block& b, std::size_t) { erase_line(b, b.close); });
  add_both(all, "opening fence lost",
           [](const Scene&, Block& b, std::size_t) { b.lines[b.open] = b.open == 0 ? "" : "\n"; });
  add_both(all, "no language", [](const Scene&, Block& b, std::size_t) { make_bare(b); });
  add_both(all, "no language, closing fence lost at times",
           [](const Scene& s, Block& b, std::size_t) {
             make_bare(b);
             if (s.dice.once_in(3)) erase_line(b, b.close);
           });
  add_both(all, "one of its fences lost", [](const Scene& s, Block& b, std::size_t) {
    if (s.dice.once_in(2)) make_bare(b);
    b.lines[s.dice.once_in(2) ? b.open : b.close] = "";
  });
  add_both(all, "words behind its closing fence",
           [](const Scene&, Block& b, std::size_t) { b.lines[b.close] += " that is all"; });
}

void add_other_layouts(std::vector<Mangle>& all) {
  add_both(all, "indented by two", [](const Scene&, Block& b, std::size_t) { indent(b, "  "); });
  add_both(all, "indented by four", [](const Scene&, Block& b, std::size_t) { indent(b, "    "); });
  add_both(all, "quoted", [](const Scene&, Block& b, std::size_t) { indent(b, "> "); });
  add_both(all, "in one line",
           [](const Scene&, Block& b, std::size_t) { b.lines = {" " + joined(b.lines, " ")}; });
  add_both(all, "a blank line before and behind", [](const Scene&, Block& b, std::size_t) {
    b.lines[b.open].insert(0, b.open == 0 ? "" : "\n");
    b.lines[b.close] += "\n";
  });
}

void add_more_said(std::vector<Mangle>& all) {
  add_both(all, "its output behind it", [](const Scene& s, Block& b, std::size_t) {
    b.lines.emplace_back("Output:\n```\n" + std::to_string(s.dice.below(99)) + "\n```");
  });
  add_both(all, "words around it", [](const Scene&, Block& b, std::size_t) {
    b.lines[b.open].insert(0, b.open == 0 ? "" : "So this is it.\n");
    b.lines.emplace_back("The answer is 12 or 13.");
  });
  add_both(all, "a key in its code", [](const Scene& s, Block& b, std::size_t) {
    b.lines[b.open] += "\n# " + s.keys.key(s.dice.within(1, s.size() + 1));
  });
  add_both(all, "a neighbour's key as its code", [](const Scene& s, Block& b, std::size_t) {
    b.lines[b.close].insert(0, s.keys.key(s.dice.within(1, s.size())) + "\n");
  });
}

void add_surroundings(std::vector<Mangle>& all) {
  all.push_back({"keys in their fences", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     Block block(s.behind[i]);
                     if (block.fenced()) block.lines[block.open] += "\n" + s.keys.key(i + 1);
                     out.push_back(block.text());
                   }
                   return joined(out);
                 }});
  all.push_back({"one fence for all programs", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     Block block(s.behind[i]);
                     if (block.fenced()) {
                       block.lines[block.open] = block.lines[block.close] = "";
                     }
                     out.push_back(s.keys.key(i + 1) + block.text());
                   }
                   return "```python\n" + joined(out) + "\n```";
                 }});
  all.push_back({"a longer fence around all programs", {}, [](const Scene& s) {
                   return "``````\n" + joined(s.blocks()) + "\n``````";
                 }});
  all.push_back({"a draft in front of the programs", {}, [](const Scene& s) {
                   return "First a draft:\n```\n" + s.block(s.dice.below(s.size()), 1) + "\n```\n" +
                          joined(s.blocks());
                 }});
  all.push_back({"a program in front of the first key", {}, [](const Scene& s) {
                   return said(s.behind[s.dice.below(s.size())]) + "\n" + joined(s.blocks());
                 }});
}

/// Two programs in the fence of the first; the second's key is lost.
Mangle merged() {
  return {"two programs in one fence", Trace::telling, [](const Scene& s) {
            Texts out = s.blocks();
            const std::size_t at = s.dice.below(out.size());
            if (at + 1 == out.size()) return joined(out);
            Block first(s.behind[at]);
            Block second(s.behind[at + 1]);
            if (!first.fenced() || !second.fenced()) return joined(out);
            const auto open = first.lines.begin() + static_cast<std::ptrdiff_t>(first.close);
            const auto begin = second.lines.begin() + static_cast<std::ptrdiff_t>(second.open);
            const auto end = second.lines.begin() + static_cast<std::ptrdiff_t>(second.close);
            first.lines.insert(open, begin + 1, end);
            out[at] = s.keys.key(at + 1) + first.text();
            out.erase(out.begin() + static_cast<std::ptrdiff_t>(at + 1));
            return joined(out);
          }};
}

}  // namespace

std::string program_of(Dice& dice, const Texts& fragments, const std::string& nonce,
                       const std::string& literal) {
  std::string code = comment(nonce + text_of(dice, fragments, 4));
  if (dice.once_in(2)) {
    code += "note = " + json::dump(json::Value(text_of(dice, fragments, 3))) + "\n";
  }
  if (dice.once_in(3)) code += "\n";
  switch (dice.below(4)) {
    case 0:
      return code + "ans = " + literal;
    case 1:
      return code + "value = " + literal + "\nans = value";
    case 2:
      return code + "def solution():\n    value = " + literal + "\n    return value";
    default:
      return code + "def solver():\n    return " + literal;
  }
}

std::string written_program(Dice& dice, const Texts& fragments, const std::string& nonce,
                            const std::string& code) {
  std::string text = format::fenced(code);
  if (dice.once_in(3)) text.insert(0, nonce + words_of(dice, fragments) + "\n");
  if (dice.once_in(3)) text += "\n" + nonce + words_of(dice, fragments);
  return text;
}

std::string loose_program(Dice& dice, const std::string& nonce, const std::string& code) {
  const std::string block = format::fenced(code);
  const std::string bare = "\n" + block.substr(block.find('\n') + 1);
  const std::string fence = block.substr(0, block.find('p'));
  switch (dice.below(4)) {
    case 0:
      return block;
    case 1:
      return "\n" + fence + bare;
    case 2:
      return "First " + nonce + ".\n" + block + "\nSo the answer is found.";
    default:
      return "\n\n" + fence + " Python3 " + bare + "\n";
  }
}

const std::vector<Mangle>& program_mangles() {
  static const std::vector<Mangle> mangles = [] {
    std::vector<Mangle> all;
    add_lost_fences(all);
    add_other_layouts(all);
    add_more_said(all);
    add_surroundings(all);
    all.push_back(merged());
    return all;
  }();
  return mangles;
}

}  // namespace sheaf::hostile
