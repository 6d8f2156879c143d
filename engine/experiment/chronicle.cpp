#include "engine/experiment/chronicle.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/config.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

std::size_t position_of(std::span<const Indicator> indicators, const std::string& name) {
  const auto found = std::find_if(indicators.begin(), indicators.end(),
                                  [&](const auto& i) { return i.name == name; });
  if (found != indicators.end()) return static_cast<std::size_t>(found - indicators.begin());
  std::vector<std::string_view> known;
  for (const auto& indicator : indicators) known.push_back(indicator.name);
  const std::string near = nearest(name, known);
  throw InputError{"indicator \"" + name + "\" is unknown.",
                   "The year table shows what the model records.",
                   near.empty() ? "Name a recorded indicator." : "Did you mean \"" + near + "\"?"};
}

}  // namespace

std::string chronicle_text(const Record& record) {
  std::string text;
  std::size_t widest = 0;
  for (const auto& event : record.events) widest = std::max(widest, shown_width(event.kind));
  int year = 0;
  for (const auto& event : record.events) {
    if (text.empty() || event.month.year() != year) {
      year = event.month.year();
      text += (text.empty() ? "" : "\n") + std::to_string(year) + "\n";
    }
    text += "  " + event.month.text() + "  " + event.kind +
            std::string(widest - shown_width(event.kind), ' ') + "  " + event.text + "\n";
  }
  return text;
}

std::string year_table(const Record& record, std::span<const Indicator> indicators,
                       std::span<const std::string> names) {
  std::vector<std::vector<std::string>> rows{{"year"}};
  for (const int year : record.years) rows[0].push_back(std::to_string(year));
  for (const auto& name : names) {
    const std::size_t i = position_of(indicators, name);
    rows.push_back({name + (indicators[i].unit.empty() ? "" : " [" + indicators[i].unit + "]")});
    for (std::size_t y = 0; y < record.years.size(); ++y)
      rows.back().push_back(human(record.values[y * indicators.size() + i], 3));
  }
  return aligned(rows);
}

std::string record_json(const Record& record, std::span<const Indicator> indicators,
                        std::span<const Indicator> monthly) {
  std::string text = "{\n  \"years\": [";
  for (std::size_t y = 0; y < record.years.size(); ++y)
    text += (y > 0 ? ", " : "") + std::to_string(record.years[y]);
  text += "],\n  \"indicators\": {";
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    text += (i > 0 ? "," : "") + std::string{"\n    "} + json_string(indicators[i].name) + ": [";
    for (std::size_t y = 0; y < record.years.size(); ++y)
      text += (y > 0 ? ", " : "") + json_number(record.values[y * indicators.size() + i]);
    text += "]";
  }
  text += "\n  },";
  if (!monthly.empty()) {
    text +=
        "\n  \"first_month\": " + json_string(record.first_month.text()) + ",\n  \"monthly\": {";
    for (std::size_t i = 0; i < monthly.size(); ++i) {
      text += (i > 0 ? "," : "") + std::string{"\n    "} + json_string(monthly[i].name) + ": [";
      for (std::size_t at = i; at < record.monthly.size(); at += monthly.size())
        text += (at > i ? ", " : "") + json_number(record.monthly[at]);
      text += "]";
    }
    text += "\n  },";
  }
  text += "\n  \"events\": [";
  for (std::size_t e = 0; e < record.events.size(); ++e) {
    const auto& event = record.events[e];
    text += (e > 0 ? "," : "") + std::string{"\n    {\"month\": "} +
            json_string(event.month.text()) + ", \"kind\": " + json_string(event.kind) +
            ", \"text\": " + json_string(event.text) + "}";
  }
  return text + "\n  ],\n  \"fingerprint\": " + json_string(fingerprint_text(record.fingerprint)) +
         "\n}\n";
}

std::string fingerprint_text(std::uint64_t fingerprint) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(fingerprint));
  return text.data();
}

}  // namespace tavolo::engine
