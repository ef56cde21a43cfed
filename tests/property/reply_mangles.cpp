// long-file: one table of all the ways.
#include "reply_mangles.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sheaf::hostile {
namespace {

using Renumber = std::function<std::size_t(std::size_t)>;
using WriteKey = std::function<std::string(const std::string& number)>;

std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string said(const std::string& behind) {
  return behind.substr(std::min(behind.find_first_not_of(" \n"), behind.size()));
}

/// Every block with its number (from 1) changed.
std::string renumbered(const Scene& scene, const Renumber& to) {
  Texts out;
  for (std::size_t i = 0; i < scene.size(); ++i) out.push_back(scene.block(i, to(i + 1)));
  return joined(out);
}

/// Every block with its key written otherwise.
std::string written(const Scene& scene, const WriteKey& write) {
  Texts out;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    out.push_back(write(std::to_string(i + 1)) + scene.behind[i]);
  }
  return joined(out);
}

/// One block in another writing.
std::string one_written(const Scene& scene, const WriteKey& write) {
  Texts out = scene.blocks();
  const std::size_t at = scene.dice.below(out.size());
  out[at] = write(std::to_string(at + 1)) + scene.behind[at];
  return joined(out);
}

void insert_at(Texts& lines, std::size_t at, std::string line) {
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
}

void erase_at(Texts& lines, std::size_t at) {
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string wrap_key(const Scene& scene, const std::string& before, const std::string& after) {
  Texts out;
  for (std::size_t i = 0; i < scene.size(); ++i) {
    out.push_back(before + scene.keys.key(i + 1) + after + scene.behind[i]);
  }
  return joined(out);
}

std::string echo_of(const Scene& scene, std::size_t i) {
  const format::SampleText& sample = scene.samples[i];
  const format::Field& field = sample.fields.front();
  return field.label + "[" + std::to_string(i + 1) + "]: " + field.text;
}

void add_order_and_loss(std::vector<Mangle>& all) {
  all.push_back({"as it is", {}, [](const Scene& s) { return joined(s.blocks()); }});
  all.push_back({"drop one", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   erase_at(out, s.dice.below(out.size()));
                   return joined(out);
                 }});
  all.push_back({"drop many", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   std::erase_if(out, [&](const std::string&) { return s.dice.once_in(3); });
                   return joined(out);
                 }});
  all.push_back({"swap order", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   std::swap(out[s.dice.below(out.size())], out[s.dice.below(out.size())]);
                   return joined(out);
                 }});
  all.push_back({"shuffle order", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   s.dice.shuffle(out);
                   return joined(out);
                 }});
  all.push_back({"duplicate", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   insert_at(out, s.dice.below(out.size() + 1), s.block(s.dice.below(s.size())));
                   return joined(out);
                 }});
  all.push_back({"whole reply twice", {}, [](const Scene& s) {
                   const std::string reply = joined(s.blocks());
                   return reply + "\n\n" + reply;
                 }});
  all.push_back({"conflict", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t of = s.dice.below(s.size());
                   const std::size_t from = s.dice.below(s.size());
                   if (of == from) return joined(out);
                   insert_at(out, s.dice.below(out.size() + 1), s.block(from, of + 1));
                   return joined(out);
                 }});
}

void add_numbers(std::vector<Mangle>& all) {
  all.push_back({"keys from 0", {}, [](const Scene& s) {
                   return renumbered(s, [](std::size_t i) { return i - 1; });
                 }});
  all.push_back({"keys off by one", {}, [](const Scene& s) {
                   return renumbered(s, [](std::size_t i) { return i + 1; });
                 }});
  all.push_back({"a number skipped", {}, [](const Scene& s) {
                   const std::size_t from = s.dice.within(1, s.size());
                   return renumbered(s, [=](std::size_t i) { return i >= from ? i + 1 : i; });
                 }});
  all.push_back({"a number twice, the rest behind it late", {}, [](const Scene& s) {
                   const std::size_t from = s.dice.within(1, s.size());
                   return renumbered(s, [=](std::size_t i) { return i > from ? i - 1 : i; });
                 }});
  all.push_back({"a number twice, one less", {}, [](const Scene& s) {
                   const std::size_t first = s.dice.within(1, s.size());
                   const std::size_t last = s.dice.within(first, s.size());
                   return renumbered(
                       s, [=](std::size_t i) { return i > first && i <= last ? i - 1 : i; });
                 }});
  all.push_back({"one key twice", {}, [](const Scene& s) {
                   const std::size_t from = s.dice.within(1, s.size());
                   const std::size_t to = s.dice.within(1, s.size());
                   return renumbered(s, [=](std::size_t i) { return i == from ? to : i; });
                 }});
  all.push_back({"one key for all", {}, [](const Scene& s) {
                   const std::size_t to = s.dice.within(1, s.size());
                   return renumbered(s, [=](std::size_t) { return to; });
                 }});
  all.push_back({"exchanged", Trace::hidden, [](const Scene& s) {
                   const std::size_t a = s.dice.within(1, s.size());
                   const std::size_t b = s.dice.within(1, s.size());
                   return renumbered(s,
                                     [=](std::size_t i) { return i == a ? b : (i == b ? a : i); });
                 }});
  all.push_back({"moved round", Trace::hidden, [](const Scene& s) {
                   return renumbered(s, [&](std::size_t i) { return i % s.size() + 1; });
                 }});
  all.push_back({"drop one and number on", Trace::hidden, [](const Scene& s) {
                   const std::size_t left_out = s.dice.below(s.size());
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     if (i != left_out) out.push_back(s.block(i, out.size() + 1));
                   }
                   return joined(out);
                 }});
}

void add_lost_keys(std::vector<Mangle>& all) {
  all.push_back({"one key left out", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t at = s.dice.below(out.size());
                   out[at] = said(s.behind[at]);
                   return joined(out);
                 }});
  all.push_back({"one key left out, one line", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t at = s.dice.below(out.size());
                   out[at] = said(s.behind[at]);
                   if (at == 0) return joined(out);
                   static const Texts gaps{" ", ", ", "; ", " / ", " | "};
                   out[at - 1] += s.dice.pick(gaps) + out[at];
                   erase_at(out, at);
                   return joined(out);
                 }});
  all.push_back({"only the first key", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   for (std::size_t i = 1; i < out.size(); ++i) out[i] = said(s.behind[i]);
                   return joined(out);
                 }});
  all.push_back({"no key", {}, [](const Scene& s) {
                   Texts out;
                   for (const std::string& behind : s.behind) out.push_back(said(behind));
                   return joined(out);
                 }});
  all.push_back({"numbers for keys", {}, [](const Scene& s) {
                   static const Texts forms{". ", ") ", ": ", " - "};
                   const std::string form = s.dice.pick(forms);
                   return written(s, [&](const std::string& n) { return n + form; });
                 }});
  all.push_back({"one number for a key", {}, [](const Scene& s) {
                   static const Texts forms{".", ")", ":", " -", "]:"};
                   const std::string form = s.dice.pick(forms);
                   return one_written(s, [&](const std::string& n) {
                     return (form == "]:" ? "[" : "") + n + form;
                   });
                 }});
  all.push_back({"one key in other writing", {}, [](const Scene& s) {
                   const std::string label(s.label);
                   const int form = static_cast<int>(s.dice.below(5));
                   return one_written(s, [&](const std::string& n) {
                     if (form == 0) return label + n + ":";
                     if (form == 1) return label + "(" + n + "):";
                     if (form == 2) return label + " " + n + ":";
                     if (form == 3) return label + "[" + n + "] -";
                     return "Answer #" + n + ":";
                   });
                 }});
}

void add_layouts(std::vector<Mangle>& all) {
  all.push_back({"two merged on one line", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t at = s.dice.below(out.size());
                   if (at == 0) return joined(out);
                   out[at - 1] += " " + out[at];
                   erase_at(out, at);
                   return joined(out);
                 }});
  all.push_back({"all merged on one line", {}, [](const Scene& s) {
                   return joined(s.blocks(), s.dice.once_in(2) ? " " : "; ");
                 }});
  all.push_back({"glued", {}, [](const Scene& s) { return joined(s.blocks(), ""); }});
  all.push_back({"other line ends", {}, [](const Scene& s) {
                   static const Texts ends{"\r\n", "\r", "\n\n", "\xE2\x80\xA8", "\xC2\x85"};
                   return joined(s.blocks(), s.dice.pick(ends));
                 }});
  all.push_back({"list of keys", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t at = s.dice.below(out.size());
                   const std::size_t more = s.dice.below(out.size());
                   if (at == more) return joined(out);
                   out[at] =
                       std::string(s.label) + "[" + std::to_string(more + 1) + "] and " + out[at];
                   return joined(out);
                 }});
  all.push_back({"range", {}, [](const Scene& s) {
                   return std::string(s.label) + "[1-" + std::to_string(s.size()) +
                          "]:" + s.behind[0];
                 }});
  all.push_back({"mention", {}, [](const Scene& s) {
                   Texts out = s.blocks();
                   const std::size_t of = s.dice.below(out.size());
                   const std::size_t at = s.dice.below(out.size());
                   // Its own key in an answer is text, and a label may hold a number.
                   if (of == at) return joined(out);
                   out[at] +=
                       " unlike " + std::string(s.label) + "[" + std::to_string(of + 1) + "] above";
                   return joined(out);
                 }});
}

void add_markdown(std::vector<Mangle>& all) {
  all.push_back({"bold keys", {}, [](const Scene& s) { return wrap_key(s, "**", "**"); }});
  all.push_back({"bold label", {}, [](const Scene& s) {
                   return written(s, [&](const std::string& n) {
                     return "- **" + std::string(s.label) + "**[" + n + "]:";
                   });
                 }});
  all.push_back({"bold blocks", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     out.push_back("**" + s.block(i) + "**");
                   }
                   return joined(out);
                 }});
  all.push_back({"bullets", {}, [](const Scene& s) { return wrap_key(s, "- ", ""); }});
  all.push_back({"quotation", {}, [](const Scene& s) { return wrap_key(s, "> ", ""); }});
  all.push_back({"code", {}, [](const Scene& s) { return wrap_key(s, "`", "`"); }});
  all.push_back({"table", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     out.push_back("| " + s.keys.key(i + 1) + " |" + in_one_line(s.behind[i]) +
                                   " |");
                   }
                   return joined(out);
                 }});
  all.push_back({"numbered", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     out.push_back(std::to_string(i + 1) + ". " + s.block(i));
                   }
                   return joined(out);
                 }});
  all.push_back({"headings", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     out.push_back("### Sample " + std::to_string(i + 1) + "\n" + s.block(i));
                   }
                   return joined(out, "\n\n");
                 }});
  all.push_back(
      {"fence", {}, [](const Scene& s) { return "```text\n" + joined(s.blocks()) + "\n```"; }});
  all.push_back(
      {"rules between", {}, [](const Scene& s) { return joined(s.blocks(), "\n\n---\n\n"); }});
  all.push_back({"JSON", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     const std::string key = s.keys.key(i + 1);
                     out.push_back("  \"" + key.substr(0, key.size() - 1) + "\": \"" +
                                   said(in_one_line(s.behind[i])) + "\"");
                   }
                   return "{\n" + joined(out, ",\n") + "\n}";
                 }});
}

void add_writings(std::vector<Mangle>& all) {
  const auto add = [&all](std::string name, std::string open, std::string close) {
    all.push_back({std::move(name), {}, [=](const Scene& s) {
                     return written(s, [&](const std::string& n) {
                       return std::string(s.label).append(open).append(n).append(close);
                     });
                   }});
  };
  add("dashes", "[", "] -");
  add("no brackets", "", ":");
  add("round brackets", "(", "):");
  add("no sign", "[", "]");
  add("leading zeros", "[000", "]:");
  add("full-width brackets", "\xEF\xBC\xBB", "\xEF\xBC\xBD\xEF\xBC\x9A");
  add("invisible in keys", "\xE2\x80\x8B[\xE2\x80\xAA", "\xE2\x80\xAC]\xE2\x80\x8B:");
  all.push_back({"label in another language", {}, [](const Scene& s) {
                   static const Texts labels{"R\xC3\xA9ponse", "Antwort",
                                             "\xE7\xAD\x94\xE6\xA1\x88",
                                             "\xD0\x9E\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82"};
                   const std::string label = s.dice.pick(labels);
                   return written(s, [&](const std::string& n) { return label + "[" + n + "]:"; });
                 }});
  all.push_back({"answers in another language", {}, [](const Scene& s) {
                   static const Texts prose{" Je pense que oui, ", " \xD0\xA2\xD0\xB0\xD0\xBA, ",
                                            " \xE6\x98\xAF\xE7\x9A\x84\xE3\x80\x82",
                                            " D'accord, peut-\xC3\xAAtre "};
                   Texts out = s.blocks();
                   const std::size_t at = s.dice.below(out.size());
                   out[at] = s.keys.key(at + 1) + s.dice.pick(prose) + s.nonces[at];
                   return joined(out);
                 }});
  all.push_back({"question's label", {}, [](const Scene& s) {
                   const std::string label = s.samples.front().fields.front().label;
                   return written(s, [&](const std::string& n) { return label + "[" + n + "]:"; });
                 }});
}

void add_surroundings(std::vector<Mangle>& all) {
  all.push_back({"preamble", {}, [](const Scene& s) {
                   const std::string n = std::to_string(s.size());
                   const std::string label(s.label);
                   const Texts says{"Sure! Here are the answers:\n\n",
                                    "Answers " + label + "[1] to " + label + "[" + n + "]:\n",
                                    "I shall give " + n + " answers.\n", "# Answers\n",
                                    "<think>\nFirst 1: x, 2: y.\n</think>\n"};
                   return s.dice.pick(says) + joined(s.blocks());
                 }});
  all.push_back({"thought with keys", {}, [](const Scene& s) {
                   Texts guess = s.behind;
                   s.dice.shuffle(guess);
                   std::string thought;
                   for (std::size_t i = 0; i < guess.size(); ++i) {
                     thought += s.keys.key(i + 1) + guess[i] + "\n";
                   }
                   return "<think>\n" + thought + "</think>\n" + joined(s.blocks());
                 }});
  all.push_back({"epilogue", Trace::hidden_alone, [](const Scene& s) {
                   return joined(s.blocks()) + "\n\nI hope this helps; 7 more to go.";
                 }});
  all.push_back({"epilogue behind a rule", Trace::hidden_alone, [](const Scene& s) {
                   return joined(s.blocks()) + "\n---\nTotal: 14, all true.";
                 }});
  all.push_back({"epilogue without a blank line", Trace::hidden_alone, [](const Scene& s) {
                   return joined(s.blocks()) + "\nThese are all 12 of them, and no more.";
                 }});
  all.push_back({"echo before", {}, [](const Scene& s) {
                   return s.format.contexts(s.samples, format::Keys::indexed) + "\n" +
                          joined(s.blocks());
                 }});
  all.push_back({"unescaped echo before", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) out.push_back(echo_of(s, i));
                   return joined(out) + "\n" + joined(s.blocks());
                 }});
  all.push_back({"echo between", {}, [](const Scene& s) {
                   Texts out;
                   for (std::size_t i = 0; i < s.size(); ++i) {
                     out.push_back(echo_of(s, i) + "\n" + s.block(i));
                   }
                   return joined(out);
                 }});
  all.push_back({"a further sample", {}, [](const Scene& s) {
                   const std::string n = std::to_string(s.size() + 1);
                   return joined(s.blocks()) + "\n" + s.samples.front().fields.front().label + "[" +
                          n + "]: made up\n" + s.block(0, s.size() + 1);
                 }});
}

}  // namespace

std::string joined(const Texts& lines, std::string_view by) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) out.append(i == 0 ? "" : by).append(lines[i]);
  return out;
}

bool shows(Trace trace, std::size_t size) {
  return trace == Trace::telling || (trace == Trace::hidden) == (size == 1);
}

KeyWriting::KeyWriting(const format::BatchFormat& format) : format_(format) {
  const Texts none(2);
  const std::string keys = format.answers(none, format::Keys::indexed);
  const std::string first = keys.substr(0, keys.find('\n'));
  const std::size_t digit = first.rfind('1');
  if (digit != first.npos) {
    before_ = first.substr(0, digit);
    after_ = first.substr(digit + 1);
  }
  if (digit == first.npos || keys != key(1) + "\n" + key(2)) {
    throw std::logic_error("a format whose keys are no numbered lines has to be taught here");
  }
}

std::string KeyWriting::key(std::size_t number) const {
  return before_ + std::to_string(number) + after_;
}

std::string KeyWriting::behind(const std::string& text) const {
  const Texts one{text};
  return format_.answers(one, format::Keys::indexed).substr(key(1).size());
}

Texts Scene::blocks() const {
  Texts out;
  for (std::size_t i = 0; i < size(); ++i) out.push_back(block(i));
  return out;
}

const std::vector<Mangle>& reply_mangles() {
  static const std::vector<Mangle> mangles = [] {
    std::vector<Mangle> all;
    add_order_and_loss(all);
    add_numbers(all);
    add_lost_keys(all);
    add_layouts(all);
    add_markdown(all);
    add_writings(all);
    add_surroundings(all);
    return all;
  }();
  return mangles;
}

}  // namespace sheaf::hostile
