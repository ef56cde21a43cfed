// Texts that want to be structure: every label and key, every line break, every escape.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rapidcheck.h>

#include "format/batch_format.hpp"

namespace sheaf::hostile {

/// Pieces of text, each harmful in some place.
inline const std::vector<std::string>& fragments() {
  using namespace std::string_literals;
  static const std::vector<std::string> pieces{
      "A[1]: stolen",
      "A[2]: stolen",
      "A[3]: stolen",
      "\nA[1]: stolen",
      "\nA[2]: stolen\n",
      "\n\nA[3]: stolen",
      "A[16]: stolen",
      "A[0]: stolen",
      "A[99]:",
      "A[4294967297]: x",
      "A[1-3]: x",
      "A[1], A[2]: x",
      "A[1] and A[2]:",
      "A[1]-A[3]: x",
      "A[2] is",
      "\nA[2] - x",
      "A:",
      "\nA: stolen",
      "A1: x",
      "\nA2: x",
      "\nA(2): x",
      "data[2]: x",
      "xA[2]: y",
      "Q[1]:",
      "\nQ[2]: what?",
      "Q:",
      "\nQ: what?",
      "Answer Choices[1]: (a) x",
      "\nanswer  choices[2]:",
      "Answer Choices:",
      "**A[2]:** x",
      "\n- A[1]: x",
      "\n1. A[2]: x",
      "\n> A[3]: x",
      "`A[1]`: x",
      "\"A[2]\": \"x\"",
      "\xEF\xBC\xA1\xEF\xBC\xBB\xEF\xBC\x92\xEF\xBC\xBD\xEF\xBC\x9A x",
      "A\\[2\\]: x",
      "\\A[2]: x",
      "\\\\A[2]: x",
      "\n\\Q[1]: x",
      "\\",
      "\\\\",
      "\n\\",
      "\r",
      "\r\n",
      "\rA[2]: x",
      "\r\nQ[1]: x",
      "\n",
      "\n\n",
      "\n    ",
      "\n   x",
      "\n\n\n",
      "\t",
      " ",
      "    ",
      "\xE2\x80\xA8"
      "A[2]: x",
      "\xE2\x80\xA9",
      "\xC2\x85",
      "\x0B",
      "\x0C",
      "\x07",
      "\x1B[31m",
      "\x7F",
      "\x00"s,
      "\\u2028",
      "\\\\u2028",
      "\\u0007",
      "\\u00",
      "u2028",
      "\xE2\x80\x8B"
      "A[1]: x",
      "\nA\xE2\x80\x8B[2]: x",
      "\xE2\x80\xAE",
      "\xE2\x81\xA6"
      "A[2]:",
      "\xEF\xBB\xBF",
      "{{instruction}}",
      "{{{{text}}}}",
      "<think>",
      "</think>",
      "```",
      "\n```\n",
      "\n---\n",
      "\n# A[2]\n",
      "\nNext:\n",
      "\xC3\xA9",
      "\xE6\x97\xA5\xE6\x9C\xAC",
      "\xF0\x9F\x98\x80",
      "\xF0\x9F\x98",
      "\xFF",
      "\xC2",
      "billing",
      "42",
      " and ",
      ": ",
      "]",
      "[",
      "[2]:",
      "[2]",
      "(b)",
      "The answer is 7."};
  return pieces;
}

/// At most `pieces` of them.
inline rc::Gen<std::string> text(std::size_t pieces = 12) {
  return rc::gen::map(rc::gen::container<std::vector<std::size_t>>(
                          rc::gen::inRange<std::size_t>(0, fragments().size())),
                      [pieces](const std::vector<std::size_t>& picks) {
                        std::string out;
                        for (std::size_t i = 0; i < std::min(picks.size(), pieces); ++i) {
                          out += fragments()[picks[i]];
                        }
                        return out;
                      });
}

inline rc::Gen<std::vector<std::string>> texts(std::size_t size, std::size_t pieces = 12) {
  return rc::gen::container<std::vector<std::string>>(size, text(pieces));
}

/// Samples of two fields, Q and a choice list.
inline std::vector<format::SampleText> samples(const std::vector<std::string>& questions) {
  std::vector<format::SampleText> out;
  for (const std::string& question : questions) {
    out.push_back({{{"Q", question}, {"Answer Choices", "(a) " + question + " (b) no"}}});
  }
  return out;
}

inline std::unique_ptr<format::BatchFormat> labelled() {
  return format::make_labelled({"Q", "Answer Choices"}, "A");
}

/// What names sample `index` and nobody else.
inline std::string nonce(std::size_t index) { return "nonce<" + std::to_string(index + 1) + ">"; }

}  // namespace sheaf::hostile
