#include <array>
#include <cstdio>

#include "engine/demand/study.h"
#include "engine/experiment/table.h"

namespace tavolo::engine::demand {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// A column of all markets' results, one after another.
std::vector<double> all_of(std::span<const MarketResult> results,
                           std::vector<double> MarketResult::*column) {
  std::vector<double> values;
  for (const auto& result : results)
    values.insert(values.end(), (result.*column).begin(), (result.*column).end());
  return values;
}

std::vector<std::string> summary_row(const std::string& name, std::span<const double> values) {
  const auto summary = summary_of(values);
  return {name, human(summary.mean), human(summary.median), human(summary.min), human(summary.max)};
}

/// How far from the observed prices an equilibrium was found.
std::string found(bool converged, double difference) {
  if (!converged) return "not found";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0e", difference);
  return text.data();
}

}  // namespace

std::string product_table(const Study& study, std::span<const MarketResult> results) {
  std::string text =
      "market,product,firm,share,price,mean_utility,own_elasticity,marginal_cost,markup,lerner,"
      "diversion_outside,recomputed_price";
  for (const auto& merger : study.spec.mergers)
    text += "," + csv_field("price_" + merger.id) + "," + csv_field("share_" + merger.id);
  text += "\n";
  struct At {
    std::size_t market, product;
  };
  std::vector<At> order;
  for (std::size_t m = 0; m < study.markets.size(); ++m)
    for (std::size_t j = 0; j < study.markets[m].row.size(); ++j) {
      const auto row = study.markets[m].row[j];
      if (row >= order.size()) order.resize(row + 1);
      order[row] = {m, j};
    }
  for (const auto& [m, j] : order) {
    const auto& market = study.markets[m];
    const auto& result = results[m];
    text += csv_field(market.name) + "," + csv_field(market.product[j]) + "," +
            csv_field(market.firms[market.firm[j]]);
    for (const double value :
         {market.share[j], market.price[j], result.mean_utility[j], result.own_elasticity[j],
          result.marginal_cost[j], result.markup[j], result.lerner[j], result.diversion_outside[j],
          result.equilibrium_price[j]})
      text += "," + exact(value);
    for (const auto& merger : result.mergers)
      text += "," + exact(merger.price[j]) + "," + exact(merger.share[j]);
    text += "\n";
  }
  return text;
}

std::string study_text(const Study& study, std::span<const MarketResult> results) {
  std::string text;
  Rows statistics{{"all products", "mean", "median", "least", "greatest"}};
  const auto add = [&](const char* name, std::vector<double> MarketResult::*column) {
    statistics.push_back(summary_row(name, all_of(results, column)));
  };
  add("mean utility", &MarketResult::mean_utility);
  add("own elasticity", &MarketResult::own_elasticity);
  add("marginal cost", &MarketResult::marginal_cost);
  add("Lerner index", &MarketResult::lerner);
  add("diversion outside", &MarketResult::diversion_outside);
  text += aligned(statistics) + "\n";

  Rows markets{{"market", "products", "own elasticity", "marginal cost", "Lerner", "outside", "HHI",
                "surplus", "recomputed", "from costs"}};
  for (std::size_t m = 0; m < results.size(); ++m) {
    const auto& result = results[m];
    const auto mean = [](std::span<const double> values) { return human(summary_of(values).mean); };
    markets.push_back(
        {study.markets[m].name, std::to_string(study.markets[m].row.size()),
         mean(result.own_elasticity), mean(result.marginal_cost), mean(result.lerner),
         mean(result.diversion_outside), human(result.hhi), human(result.consumer_surplus),
         found(result.inversion.converged && result.pricing.converged, result.price_difference),
         found(result.pricing_from_costs.converged, result.price_difference_from_costs)});
  }
  text += aligned(markets);
  for (std::size_t k = 0; k < study.spec.mergers.size(); ++k) {
    Rows rows{{"merger " + study.spec.mergers[k].id, "merging %", "greatest", "others %", "HHI",
               "before", "surplus", "before", "converged"}};
    for (std::size_t m = 0; m < results.size(); ++m) {
      const auto& effect = results[m].mergers[k];
      const auto merging = summary_of(effect.merging), others = summary_of(effect.others);
      rows.push_back({study.markets[m].name, human(merging.mean), human(merging.max),
                      human(others.mean), human(effect.hhi), human(results[m].hhi),
                      human(effect.consumer_surplus), human(results[m].consumer_surplus),
                      effect.search.converged ? "yes" : "no"});
    }
    text += "\n" + aligned(rows);
  }
  return text;
}

}  // namespace tavolo::engine::demand
