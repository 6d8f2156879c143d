#include "engine/demand/spec.h"

#include <array>
#include <set>
#include <string_view>

namespace tavolo::engine::demand {
namespace {

constexpr double kLargestRho = 0.9999;  // 1 - rho divides utilities

}  // namespace

std::span<const Field<Columns>> column_fields() {
  static const std::vector<Field<Columns>> fields{
      {"market", &Columns::market, "", "market of a product; market_ids", {}, false},
      {"firm", &Columns::firm, "", "firm that prices it; firm_ids", {}, false},
      {"product", &Columns::product, "", "its name; product_ids, or else its line", {}, false},
      {"share",
       &Columns::share,
       "",
       "its share in its market, outside good included; shares",
       {},
       false},
      {"price", &Columns::price, "", "its price; prices", {}, false},
      {"agent_market",
       &Columns::agent_market,
       "",
       "market of an agent; named like market",
       {},
       false},
      {"weight",
       &Columns::weight,
       "",
       "weight of an agent; weights, or else equal ones",
       {},
       false},
      {"nodes", &Columns::nodes, "", "what the names of node columns begin with", {}, false},
  };
  return fields;
}

std::span<const Field<PriceTerm>> price_fields() {
  static const std::vector<Field<PriceTerm>> fields{
      {"coefficient",
       &PriceTerm::coefficient,
       "utils per unit of money",
       "what a unit of price adds to utility",
       {-std::numeric_limits<double>::infinity(), 0}},
      {"divided_by",
       &PriceTerm::divided_by,
       "",
       "agents' column that divides it: income",
       {},
       false},
  };
  return fields;
}

std::span<const Field<NestTerm>> nest_fields() {
  static const std::vector<Field<NestTerm>> fields{
      {"column", &NestTerm::column, "", "products' column that names nests", {}, false},
      {"rho", &NestTerm::rho, "0..1", "correlation within a nest", {0, kLargestRho}, false},
      {"rho_of", &NestTerm::rho_of, "0..1", "the same by nest", {0, kLargestRho}, false},
  };
  return fields;
}

std::span<const Field<Characteristic>> characteristic_fields() {
  static const std::vector<Field<Characteristic>> fields{
      {"id", &Characteristic::id, "", "its column, or constant, or price"},
      {"column", &Characteristic::column, "", "its column, where id is another name", {}, false},
      {"sigma", &Characteristic::sigma, "utils", "scale of its random coefficient", {}, false},
      {"node", &Characteristic::node, "", "agents' column of its draws", {}, false},
      {"interactions", &Characteristic::interactions, "utils", "by agents' column", {}, false},
  };
  return fields;
}

std::span<const Field<StakeRow>> stake_fields() {
  static const std::vector<Field<StakeRow>> fields{
      {"id", &StakeRow::id, "", "name of the stake"},
      {"firm", &StakeRow::firm, kIdentifier, "who counts the profit"},
      {"in", &StakeRow::in, kIdentifier, "whose profit is counted"},
      {"share", &StakeRow::share, "0..1", "how much of it", {0, 1}},
  };
  return fields;
}

std::span<const Field<Merger>> merger_fields() {
  static const std::vector<Field<Merger>> fields{
      {"id", &Merger::id, "", "name of the merger"},
      {"firms", &Merger::firms, kIdentifier, "two or more"},
      {"profit_share",
       &Merger::profit_share,
       "0..1",
       "how much of the others' profits each counts; 1: a merger in full",
       {0, 1},
       false},
  };
  return fields;
}

Spec read_spec(const Config& config, Problems& problems) {
  constexpr std::array<std::string_view, 6> kKnown{"columns",         "price",  "nests",
                                                   "characteristics", "stakes", "mergers"};
  config.refuse_unknown(kKnown, problems);
  Spec spec;
  spec.columns = read_section(config, "columns", column_fields(), problems);
  spec.price = read_section(config, "price", price_fields(), problems);
  spec.nests = read_section(config, "nests", nest_fields(), problems);
  spec.characteristics = read_rows(config, "characteristics", characteristic_fields(), problems);
  spec.stakes = read_rows(config, "stakes", stake_fields(), problems);
  spec.mergers = read_rows(config, "mergers", merger_fields(), problems);
  if (config.has("nests") && spec.nests.column.empty())
    problems.add(config.place("nests"), "[nests] has no column.",
                 "It names the products' column that tells their nest.",
                 "Add column = \"nesting_ids\", or leave out [nests].");
  for (const auto& stake : spec.stakes)
    if (stake.firm == stake.in)
      problems.add(config.place("stakes", stake.id, "in"),
                   "the firm " + stake.firm + " has a stake in itself.",
                   "Its own profit counts in full anyway.", "Name another firm.");
  for (const auto& merger : spec.mergers)
    if (std::set<std::string>{merger.firms.begin(), merger.firms.end()}.size() < 2 ||
        merger.firms.size() >
            std::set<std::string>{merger.firms.begin(), merger.firms.end()}.size())
      problems.add(config.place("mergers", merger.id, "firms"),
                   "the merger " + merger.id + " does not name two or more different firms.",
                   "A merger joins firms.", "Write firms = [\"…\", \"…\"].");
  return spec;
}

}  // namespace tavolo::engine::demand
