#pragma once

#include <string>

namespace tavolo::engine {

/// Writes a text file that appears whole or not at all.
/// @throws InputError when the disk is full or the path is no place for a file.
void write_file(const std::string& path, const std::string& text);

}  // namespace tavolo::engine
