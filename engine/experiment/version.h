#pragma once

#include <string>

namespace tavolo::engine {

/// The code that made a result: the project's version and, when built from a checkout, the commit.
std::string code_version();
/// Compiler, its version and the architecture: the same bits are promised for one of them.
std::string compiler();

}  // namespace tavolo::engine
