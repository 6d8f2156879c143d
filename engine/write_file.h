#pragma once

#include <functional>
#include <iosfwd>
#include <string>

namespace tavolo::engine {

/// Writes a file that appears whole or not at all: `path` with ".part" behind it until it is.
/// @throws InputError when the disk is full or the path is no place for a file.
void write_file(const std::string& path, const std::function<void(std::ostream&)>& write);
void write_file(const std::string& path, const std::string& text);

}  // namespace tavolo::engine
