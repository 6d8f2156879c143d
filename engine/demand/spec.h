#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/csv.h"
#include "engine/error.h"

/// What a demand study is told in its TOML file (docs/demand.md): which columns of the two data
/// files are what, and the parameters of demand. Data are read by read_study (study.h).

namespace tavolo::engine::demand {

/// [columns]: names of columns. Empty: the one in `meaning`, where it can be left out.
struct Columns {
  std::string market, firm, product, share, price, agent_market, weight;
  std::string nodes = "nodes";
};

/// [price]: a_i = coefficient / divided_by_i, to which the characteristic that is the price adds.
struct PriceTerm {
  double coefficient = 0;  ///< utils per unit of money, zero or less
  std::string divided_by;  ///< column of the agents file; empty: one
};

/// [nests]: of which nest a product is, and how much its nest correlates.
struct NestTerm {
  std::string column;
  double rho = 0;
  std::map<std::string, double> rho_of;  ///< by nest, instead of rho
};

/// A row of characteristics: x_j (sigma node_i + sum interaction_d column_di) is in t_ij.
struct Characteristic {
  std::string id;
  std::string column;  ///< of the products file; empty: that of the name `id`
  double sigma = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not random
  std::string node;                                         ///< column of the agents file
  std::map<std::string, double> interactions;               ///< by column of the agents file
};

/// A row of stakes: `firm` counts `share` of the profit of `in` when it prices.
struct StakeRow {
  std::string id, firm, in;
  double share = 0;
};

/// A row of mergers: the firms count one another's profits, whole or in part.
struct Merger {
  std::string id;
  std::vector<std::string> firms;
  double profit_share = 1;
};

struct Spec {
  Columns columns;
  PriceTerm price;
  NestTerm nests;
  std::vector<Characteristic> characteristics;
  std::vector<StakeRow> stakes;
  std::vector<Merger> mergers;
};

std::span<const Field<Columns>> column_fields();
std::span<const Field<PriceTerm>> price_fields();
std::span<const Field<NestTerm>> nest_fields();
std::span<const Field<Characteristic>> characteristic_fields();
std::span<const Field<StakeRow>> stake_fields();
std::span<const Field<Merger>> merger_fields();

/// Reads and checks what can be checked without the data.
Spec read_spec(const Config& config, Problems& problems);

}  // namespace tavolo::engine::demand
