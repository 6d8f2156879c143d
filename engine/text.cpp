#include "engine/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace tavolo::engine {

std::variant<std::string, std::string> read_file(const std::string& path) {
  using Result = std::variant<std::string, std::string>;
  const auto refuse = [](const char* why) { return Result{std::in_place_index<1>, why}; };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return refuse("does not exist");
  if (status.type() == std::filesystem::file_type::directory) return refuse("is a directory");
  if (error) return refuse("cannot be opened");
  if (status.type() != std::filesystem::file_type::regular) return refuse("is not a regular file");
  if (std::filesystem::file_size(path, error) > kLargestFile || error)
    return refuse(error ? "cannot be opened" : "is larger than 64 MiB");
  std::ifstream stream{path, std::ios::binary};
  if (!stream) return refuse("cannot be opened");
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (stream.bad()) return refuse("cannot be read");
  return Result{std::in_place_index<0>, std::move(text)};
}

std::size_t end_of_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80            ? 1U
                               : lead >> 5 == 0b110   ? 2U
                               : lead >> 4 == 0b1110  ? 3U
                               : lead >> 3 == 0b11110 ? 4U
                                                      : 0U;
    if (length == 0 || lead == 0) return i;
    unsigned code = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return i;
      code = code << 6 | (byte(i + k) & 0x3F);
    }
    constexpr std::array<unsigned, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kLeast[length] || code > 0x10FFFF || surrogate) return i;
    i += length;
  }
  return text.size();
}

std::string in_quotes(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += "\\u00";
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

}  // namespace tavolo::engine
