#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/demand/fixed_point.h"
#include "engine/demand/logit.h"
#include "engine/demand/spec.h"

/// A study of demand and prices from data: mean utilities and marginal costs that explain what is
/// observed, elasticities, diversion, concentration, surplus, and the effect of mergers.

namespace tavolo::engine::demand {

/// The data of one market.
struct MarketData {
  std::string name;
  std::vector<std::size_t> row;      ///< of each product in the products file
  std::vector<std::string> product;  ///< names
  std::vector<int> firm;             ///< of each product
  std::vector<std::string> firms;    ///< names, by number
  std::vector<double> share, price;  ///< of each product; money as in the file
  double price_slope = 0;            ///< the part that all consumers share
  Consumers consumers;
  Nests nests;
};

struct Study {
  Spec spec;
  std::vector<MarketData> markets;  ///< in the order of the products file
};

/// Reads a study from its files; `agents` is empty where demand is a plain or nested logit.
/// @throws InputError with all problems, each with its file and line.
Study read_study(const std::string& products, const std::string& agents, const std::string& spec);
/// The same from what is read already.
Study read_study(const CsvTable& products, const CsvTable* agents, const Config& spec,
                 Problems& problems);

/// Over the finite values; NaN without any.
struct Summary {
  double mean, median, min, max;
};
Summary summary_of(std::span<const double> values);

/// A merger at unchanged marginal costs and mean utilities.
struct MergerEffect {
  std::vector<double> price, share;     ///< by product
  std::vector<double> merging, others;  ///< change of price [%], by product of these firms
  double hhi = 0;                       ///< points; firms that merge in full are one
  double consumer_surplus = 0;          ///< money per head
  Convergence search;
};

/// What is found for one market; columns are by product.
struct MarketResult {
  std::vector<double> mean_utility;  ///< what all consumers have in common, the price included
  std::vector<double> own_elasticity, marginal_cost, markup, lerner, diversion_outside;
  /// An equilibrium at these costs, searched from the observed prices; and how far from them is
  /// the one that is searched from marginal costs: there may be several. Differences are relative.
  std::vector<double> equilibrium_price;
  double price_difference = 0, price_difference_from_costs = 0;
  double hhi = 0;               ///< points, of shares in what is sold
  double consumer_surplus = 0;  ///< money per head
  int price_lovers = 0;         ///< consumers whose utility does not fall with price
  Convergence inversion, pricing, pricing_from_costs;
  std::vector<MergerEffect> mergers;  ///< as in the specification
  bool converged() const;             ///< all but the search from costs
};

/// Markets are worked on side by side; the results do not depend on it.
std::vector<MarketResult> solve(const Study& study);
MarketResult solve(const MarketData& market, const Spec& spec);

/// The product table as CSV: what is known of each product, in the order of the products file.
std::string product_table(const Study& study, std::span<const MarketResult> results);
/// As people read it: markets, statistics over all products, mergers.
std::string study_text(const Study& study, std::span<const MarketResult> results);

}  // namespace tavolo::engine::demand
