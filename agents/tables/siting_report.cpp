#include "agents/tables/siting_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "agents/tables/siting_race.h"
#include "engine/experiment/table.h"

namespace tavolo::agents {
namespace {

struct Column {
  std::string_view heading;  // of the table, in MEUR but for vehicles
  std::string_view name;     // of the CSV
  std::string_view meaning;
  double SiteLine::*value;
  double unit = 1e6;
};

constexpr std::array kColumns{
    Column{"vehicles", "units_per_year", "a year, as the maker expects", &SiteLine::units_per_year,
           1},
    Column{"saving", "saving_eur", "costs against importing, freight and duty included",
           &SiteLine::saving},
    Column{"affinity", "affinity_eur", "the site's suppliers, partners and home market",
           &SiteLine::affinity},
    Column{"growth", "extra_eur", "vehicles that would not be sold as imports", &SiteLine::extra},
    Column{"host", "filled_eur", "a host plant's capacity that is filled, the entrant's part",
           &SiteLine::filled},
    Column{"fixed", "fixed_eur", "fixed costs of the site", &SiteLine::fixed},
    Column{"capex", "capex_eur", "as the maker alone knows it", &SiteLine::capex},
    Column{"worth", "worth_eur", "above the trigger, without aid: the five less multiple x capex",
           &SiteLine::worth},
    Column{"aid needed", "aid_needed_eur", "for a worth of nothing", &SiteLine::aid_needed},
    Column{"aid allowed", "aid_cap_eur", "by the aid regime", &SiteLine::aid_cap},
    Column{"aid worth it", "aid_worth_eur",
           "most that the site is worth to the government; 0: no bid", &SiteLine::aid_worth},
    Column{"worth with aid", "worth_with_aid_eur",
           "with the most that rules, worth and budget of the government bear",
           &SiteLine::worth_with_aid},
};

bool same_way(const SiteLine& a, const SiteLine& b) {
  return a.entrant == b.entrant && a.country == b.country && a.kit == b.kit;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::vector<SiteLine> medians(const std::vector<std::vector<SiteLine>>& runs) {
  std::vector<SiteLine> result;
  if (runs.empty()) return result;
  std::vector<SiteLine> ways;  // of any run, each once
  for (const auto& run : runs)
    for (const auto& line : run)
      if (std::none_of(ways.begin(), ways.end(),
                       [&](const SiteLine& way) { return same_way(way, line); }))
        ways.push_back(line);
  std::stable_sort(ways.begin(), ways.end(),
                   [](const SiteLine& a, const SiteLine& b) { return a.entrant < b.entrant; });
  for (const auto& way : ways) {
    std::vector<const SiteLine*> lines;
    for (const auto& run : runs) {
      const auto line =
          std::find_if(run.begin(), run.end(), [&](const SiteLine& l) { return same_way(l, way); });
      if (line != run.end()) lines.push_back(&*line);
    }
    if (2 * lines.size() < runs.size()) continue;
    SiteLine middle = way;
    for (const auto& column : kColumns) {
      std::vector<double> values;
      for (const auto* line : lines) values.push_back(line->*column.value);
      middle.*column.value = median(std::move(values));
    }
    result.push_back(std::move(middle));
  }
  // within an entrant, the best first
  for (auto first = result.begin(); first != result.end();) {
    const auto last = std::find_if(
        first, result.end(), [&](const SiteLine& line) { return line.entrant != first->entrant; });
    std::stable_sort(first, last, [](const SiteLine& a, const SiteLine& b) {
      return a.worth_with_aid > b.worth_with_aid;
    });
    first = last;
  }
  return result;
}

std::string way_name(const SiteLine& line) { return line.kit ? "kits" : "plant"; }

SiteLine line_of(const Scenario& scenario, int carmaker, const SiteBid& bid,
                 const SitePackage& package) {
  const auto& value = bid.c.offers[package.offer];
  const auto& host = scenario.sites[value.site].host;
  const double per_eur = bid.c.multiple * bid.c.trust_in_government;
  SiteLine line;
  line.entrant = scenario.carmakers[carmaker].name;
  line.country = scenario.countries[bid.c.country].name;
  if (host) line.country += ", at " + scenario.plants[host.row].name;
  line.kit = value.mode == EntrantState::Mode::kit;
  line.units_per_year = value.units_per_year;
  line.saving = value.saving_eur;
  line.affinity = value.affinity_eur;
  line.extra = value.extra_eur;
  line.filled = value.filled_eur;
  line.fixed = value.fixed_eur;
  line.capex = bid.c.private_factor * value.capex_eur;
  line.worth = package.entrant_eur;
  line.aid_needed = per_eur > 0 ? std::max(0.0, -line.worth) / per_eur : 0;
  line.aid_cap = bid.c.aid_cap_share[package.offer] * value.capex_eur;
  if (bid.bids)
    line.aid_worth = std::max(0.0, package.government_eur) /
                     (1 + scenario.governments[bid.c.government].cost_of_funds);
  line.worth_with_aid = package.score(package.entrant_per_eur > 0 ? package.most_aid_eur : 0);
  return line;
}

}  // namespace

std::vector<SiteLine> site_lines(const Scenario& scenario, const World& world,
                                 const engine::Streams& luck) {
  std::vector<SiteLine> lines;
  for (std::size_t f = 0; f < scenario.carmakers.size(); ++f) {
    if (!scenario.carmakers[f].entrant) continue;
    const int carmaker = static_cast<int>(f);
    for (const auto& bid : site_bids(scenario, world, luck, carmaker))
      for (const auto& package : bid.packages)
        if (package.terms.jobs_floor == 0 && package.terms.clawback_share == 0)
          lines.push_back(line_of(scenario, carmaker, bid, package));
  }
  return lines;
}

std::string site_table(const std::vector<std::vector<SiteLine>>& runs) {
  std::vector<std::vector<std::string>> rows(1, {"maker", "where", "way"});
  for (const auto& column : kColumns) rows.front().emplace_back(column.heading);
  for (const auto& line : medians(runs)) {
    std::vector<std::string> row{line.entrant, line.country, way_name(line)};
    for (const auto& column : kColumns)
      row.push_back(engine::human(std::round(line.*column.value / column.unit) + 0.0));
    rows.push_back(std::move(row));
  }
  std::vector<std::vector<std::string>> legend{
      {"column", "MEUR, present value at the opening; but vehicles"}};
  for (const auto& column : kColumns)
    legend.push_back({std::string{column.heading}, std::string{column.meaning}});
  return engine::aligned(rows, 3) + "\n" + engine::aligned(legend, 2);
}

std::string site_csv(const std::vector<std::vector<SiteLine>>& runs) {
  std::string text = "maker,where,way";
  for (const auto& column : kColumns) text += "," + std::string{column.name};
  text += "\n";
  for (const auto& line : medians(runs)) {
    text += engine::csv_field(line.entrant) + "," + engine::csv_field(line.country) + "," +
            way_name(line);
    for (const auto& column : kColumns) text += "," + engine::exact(line.*column.value);
    text += "\n";
  }
  return text;
}

}  // namespace tavolo::agents
