#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// Text as it stands in the files of a researcher: TOML, XML.
namespace tavolo::engine {

/// The largest file that is read, 64 MiB: far beyond what anybody writes, far below what fits.
constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;

/// The text of a regular file, or (second alternative) why it cannot be read, to be said after its
/// name: "does not exist", "is larger than 64 MiB".
std::variant<std::string, std::string> read_file(const std::string& path);

/// The first byte that is not part of a character of UTF-8 (or is NUL), or the text's size.
std::size_t end_of_utf8(std::string_view text);

/// A basic string of TOML, with its quotation marks.
std::string in_quotes(std::string_view text);

/// The fewest digits that read back as the same number: 3, 0.1, 1e+15.
std::string number_text(double value);

}  // namespace tavolo::engine
