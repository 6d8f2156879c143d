#pragma once

#include <optional>
#include <string>

namespace tavolo::test {

/// Whether the solver of linear programmes that tests compare with (GLPK, Debian's glpk-utils) is
/// installed.
bool has_glpk();

/// The least value of a programme in the CPLEX LP format; none when GLPK finds no optimum.
std::optional<double> glpk_optimum(const std::string& programme);

}  // namespace tavolo::test
