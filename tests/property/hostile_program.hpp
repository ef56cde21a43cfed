// Programs that say what wants to be structure, and replies with fences as models break them.
#pragma once

#include <string>
#include <vector>

#include "dice.hpp"
#include "reply_mangles.hpp"

namespace sheaf::hostile {

/// A program whose value is the Python expression `literal`. It names `nonce` in a comment and
/// holds `fragments` in comments and strings.
std::string program_of(Dice& dice, const Texts& fragments, const std::string& nonce,
                       const std::string& literal);

/// `code` in its fence, at times with words around it that say `nonce` first.
std::string written_program(Dice& dice, const Texts& fragments, const std::string& nonce,
                            const std::string& code);

/// `code` in a fence as a model writes one that does not keep to the format.
std::string loose_program(Dice& dice, const std::string& nonce, const std::string& code);

/// Every way to break fences, beside those of `reply_mangles`. For replies of `written_program` and
/// `loose_program`.
const std::vector<Mangle>& program_mangles();

}  // namespace sheaf::hostile
