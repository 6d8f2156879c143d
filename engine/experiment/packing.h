#pragma once

#include <string>
#include <string_view>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// A result as bytes, from one process of a program to another on the same machine.
std::string packed(const RunResult& result);
/// @throws std::runtime_error for bytes that are cut short.
RunResult unpacked(std::string_view bytes);

}  // namespace tavolo::engine
