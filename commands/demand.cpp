// A study of demand and prices from data files: demand.

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/command.h"
#include "engine/demand/study.h"
#include "engine/write_file.h"

namespace tavolo::commands {
namespace {

using nlohmann::ordered_json;
namespace demand = engine::demand;

struct DemandFlags {
  std::string products, agents, spec, out;
  bool json = false;
};

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json summary_json(const std::vector<double>& values) {
  const auto summary = demand::summary_of(values);
  return {{"mean", number(summary.mean)},
          {"median", number(summary.median)},
          {"min", number(summary.min)},
          {"max", number(summary.max)}};
}

void add_convergence(ordered_json& json, const demand::Convergence& search) {
  json["converged"] = search.converged;
  json["iterations"] = search.iterations;
  json["residual"] = number(search.residual);
}

/// Values by product or by market, collected over all markets.
using Column = std::vector<double>;
void append(Column& to, const Column& values) { to.insert(to.end(), values.begin(), values.end()); }

struct Statistics {
  Column mean_utility, own_elasticity, marginal_cost, lerner, diversion_outside;

  void add(const demand::MarketResult& result) {
    append(mean_utility, result.mean_utility);
    append(own_elasticity, result.own_elasticity);
    append(marginal_cost, result.marginal_cost);
    append(lerner, result.lerner);
    append(diversion_outside, result.diversion_outside);
  }
  void write(ordered_json& json) const {
    json["mean_utility"] = summary_json(mean_utility);
    json["own_elasticity"] = summary_json(own_elasticity);
    json["marginal_cost"] = summary_json(marginal_cost);
    json["lerner"] = summary_json(lerner);
    json["diversion_outside"] = summary_json(diversion_outside);
  }
};

ordered_json merger_head(const demand::Merger& merger) {
  return {{"name", merger.id}, {"firms", merger.firms}, {"profit_share", merger.profit_share}};
}

ordered_json price_changes(const Column& merging, const Column& others) {
  return {{"merging", summary_json(merging)}, {"others", summary_json(others)}};
}

ordered_json merger_json(const demand::Merger& merger, const demand::MergerEffect& effect,
                         const demand::MarketResult& before) {
  auto json = merger_head(merger);
  json["price_change_percent"] = price_changes(effect.merging, effect.others);
  json["hhi"] = number(effect.hhi);
  json["hhi_change"] = number(effect.hhi - before.hhi);
  json["consumer_surplus"] = number(effect.consumer_surplus);
  json["consumer_surplus_change"] = number(effect.consumer_surplus - before.consumer_surplus);
  add_convergence(json, effect.search);
  return json;
}

ordered_json market_json(const demand::Spec& spec, const demand::MarketData& market,
                         const demand::MarketResult& result) {
  double outside_share = 1;
  for (const double share : market.share) outside_share -= share;
  ordered_json json{{"market", market.name},
                    {"n_products", market.row.size()},
                    {"n_firms", market.firms.size()},
                    {"n_agents", market.consumers.weight.size()},
                    {"outside_share", outside_share}};
  add_convergence(json["inversion"], result.inversion);
  Statistics statistics;
  statistics.add(result);
  statistics.write(json);
  json["hhi"] = number(result.hhi);
  json["consumer_surplus"] = number(result.consumer_surplus);
  json["agents_with_rising_price_utility"] = result.price_lovers;
  add_convergence(json["prices"], result.pricing);
  json["prices"]["max_relative_difference"] = number(result.price_difference);
  auto& from_costs = json["prices"]["from_costs"];
  add_convergence(from_costs, result.pricing_from_costs);
  from_costs["max_relative_difference"] = number(result.price_difference_from_costs);
  json["mergers"] = ordered_json::array();
  for (std::size_t k = 0; k < spec.mergers.size(); ++k)
    json["mergers"].push_back(merger_json(spec.mergers[k], result.mergers[k], result));
  return json;
}

ordered_json overall_json(const demand::Study& study,
                          const std::vector<demand::MarketResult>& results) {
  Statistics statistics;
  Column hhi, surplus;
  double difference = 0;
  std::size_t products = 0;
  for (std::size_t m = 0; m < results.size(); ++m) {
    statistics.add(results[m]);
    hhi.push_back(results[m].hhi);
    surplus.push_back(results[m].consumer_surplus);
    difference = std::max(difference, results[m].price_difference);
    products += study.markets[m].row.size();
  }
  ordered_json json{{"n_markets", results.size()}, {"n_products", products}};
  statistics.write(json);
  json["hhi"] = summary_json(hhi);  // over markets, as is the surplus
  json["consumer_surplus"] = summary_json(surplus);
  json["prices"] = {{"max_relative_difference", number(difference)}};
  json["mergers"] = ordered_json::array();
  for (std::size_t k = 0; k < study.spec.mergers.size(); ++k) {
    Column merging, others, after, surplus_after;
    for (const auto& result : results) {
      append(merging, result.mergers[k].merging);
      append(others, result.mergers[k].others);
      after.push_back(result.mergers[k].hhi);
      surplus_after.push_back(result.mergers[k].consumer_surplus);
    }
    auto merger = merger_head(study.spec.mergers[k]);
    merger["price_change_percent"] = price_changes(merging, others);
    merger["hhi"] = summary_json(after);
    merger["consumer_surplus"] = summary_json(surplus_after);
    json["mergers"].push_back(std::move(merger));
  }
  return json;
}

int study_demand(const DemandFlags& flags) {
  const auto study = demand::read_study(flags.products, flags.agents, flags.spec);
  const auto results = demand::solve(study);
  bool converged = true;
  for (std::size_t m = 0; m < results.size(); ++m) {
    if (results[m].converged()) continue;
    converged = false;
    std::fprintf(stderr, "Market %s: a search did not converge.\n", study.markets[m].name.c_str());
  }
  if (!flags.out.empty()) engine::write_file(flags.out, demand::product_table(study, results));
  if (flags.json) {
    ordered_json json{{"converged", converged}, {"overall", overall_json(study, results)}};
    json["markets"] = ordered_json::array();
    for (std::size_t m = 0; m < results.size(); ++m)
      json["markets"].push_back(market_json(study.spec, study.markets[m], results[m]));
    std::cout << json.dump(2) << "\n";
  } else {
    std::cout << demand::study_text(study, results);
  }
  return converged ? kOk : kRunsFailed;
}

}  // namespace

void add_demand_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<DemandFlags>();
  auto* command = app.add_subcommand(
      "demand", "logit demand, costs, prices and mergers from data (docs/demand.md)");
  command->add_option("--products", flags->products, "CSV of products: shares, prices, firms")
      ->required();
  command->add_option("--agents", flags->agents, "CSV of consumers; a plain logit when left out");
  command->add_option("--spec", flags->spec, "TOML of columns, parameters and mergers")->required();
  command->add_option("-o,--out", flags->out, "CSV file for the product table");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback(
      [flags, &request] { request.action = [flags] { return study_demand(*flags); }; });
}

}  // namespace tavolo::commands
