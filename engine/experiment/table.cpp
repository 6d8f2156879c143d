#include "engine/experiment/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace tavolo::engine {
namespace {

struct Scale {
  double factor;
  const char* suffix;
};

Scale scale_of(double size) {
  if (size >= 1e10) return {1e9, "G"};
  if (size >= 1e7) return {1e6, "M"};
  return {1, ""};
}

/// Fixed notation, thousands grouped with a space.
std::string grouped(double value, int decimals) {
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  std::string text{buffer.data()};
  const bool zero = text.find_first_of("123456789") == std::string::npos;
  if (zero && text.front() == '-') text.erase(0, 1);  // -0.00 is no negative number
  const std::size_t first = text.front() == '-' ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  for (std::size_t i = point; i > first + 3; i -= 3) text.insert(i - 3, " ");
  return text;
}

/// Decimals that show `digits` significant digits of a number of this size.
int decimals_for(double size, int digits) {
  if (!(size > 0) || !std::isfinite(size)) return 0;
  return std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(size))), 0, 9);
}

}  // namespace

std::size_t shown_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t words) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], shown_width(row[c]));
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const std::string space(widths[c] - shown_width(rows[r][c]), ' ');
      line += (c > 0 ? "  " : "") + (c < words ? rows[r][c] + space : space + rows[r][c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (r > 0) continue;
    std::size_t total = widths.empty() ? 0 : 2 * (widths.size() - 1);
    for (const std::size_t width : widths) total += width;
    text += std::string(total, '-') + "\n";
  }
  return text;
}

std::string human(double value, int digits) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (std::abs(value) >= 1e13) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, value);
    return buffer.data();
  }
  const Scale scale = scale_of(std::abs(value));
  const double scaled = value / scale.factor;
  if (scale.factor == 1 && scaled == std::round(scaled)) return grouped(scaled, 0);
  return grouped(scaled, decimals_for(std::abs(scaled), digits)) + scale.suffix;
}

std::string human(double value, double half_width) {
  if (!std::isfinite(value) || !std::isfinite(half_width)) return human(value);
  if (half_width <= 1e-9 * std::abs(value) || half_width == 0) return human(value) + " ± 0";
  const Scale scale = scale_of(std::max(std::abs(value), half_width));
  const double v = value / scale.factor, h = half_width / scale.factor;
  const int decimals = decimals_for(h, 2);
  return grouped(v, decimals) + " ± " + grouped(h, decimals) + scale.suffix;
}

std::string exact(double value) {
  if (std::isnan(value)) return "";
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string{buffer.data(), end} : std::string{};
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string{"\"\""} : std::string{c};
  return result + "\"";
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string json_number(double value) { return std::isfinite(value) ? exact(value) : "null"; }

}  // namespace tavolo::engine
