#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace tavolo::engine {

/// The text of a regular file, or why it cannot be read, to be said after its name: "does not
/// exist", "is larger than 64 MiB" …
std::variant<std::string, std::string> read_text_file(const std::string& path);

/// The first byte that is not part of a character of UTF-8 (or is NUL), or the text's size.
std::size_t end_of_utf8(std::string_view text);

}  // namespace tavolo::engine
