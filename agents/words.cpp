#include "agents/words.h"

#include <cmath>
#include <cstdio>

namespace tavolo::agents::words {

std::string grouped(double number) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.0f", number);
  std::string text = digits;
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

namespace {
/// "1,310", "1.2"
std::string rounded(double number) {
  if (std::abs(number) >= 9.95) return grouped(number);
  char text[40];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}
}  // namespace

std::string meur(double eur) { return (eur == 0 ? "0" : rounded(eur / 1e6)) + " MEUR"; }

std::string vehicles(double units) {
  return units >= 1000 ? rounded(units / 1000) + " thousand" : grouped(units);
}

std::string hours(double hours) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f hours", hours);
  return text;
}

std::string percent(double share, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f %%", digits, 100 * share);
  return text;
}

std::string cars(std::string_view powertrain) {
  if (powertrain == "bev") return "electric cars";
  if (powertrain == "phev") return "plug-in hybrids";
  if (powertrain == "hybrid") return "hybrids";
  if (powertrain == "lpg") return "gas cars";
  return std::string{powertrain} + " cars";
}

std::string listed(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string counted(double number, const char* unit) {
  return grouped(number) + " " + unit + (std::round(number) == 1 ? "" : "s");
}

std::string capitalised(std::string name) {
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

}  // namespace tavolo::agents::words
