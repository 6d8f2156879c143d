#include "engine/text_file.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace tavolo::engine {
namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;

}  // namespace

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

std::variant<std::string, std::string> read_text_file(const std::string& path) {
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

}  // namespace tavolo::engine
