#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/grid.h"
#include "engine/random.h"

/// Where the parts of a vehicle come from: suppliers settle where vehicles are assembled, and
/// plants buy where parts are cheap and near (model.md section 2: plants and suppliers are linked
/// by a supply network).

namespace tavolo::agents {

/// The network of suppliers of one kind of part, country by country.
///
/// Of what plants in country n buy, the share that suppliers in country s make is
///
///     share(s, n) = S_s (c_s d_sn)^-theta / sum over k of S_k (c_k d_kn)^-theta
///
/// and a part costs them (sum over k of S_k (c_k d_kn)^-theta)^(-1/theta): Eaton & Kortum (2002),
/// Econometrica 70, 1741-1779, eqs. 8 and 9. S: size of the suppliers' base, in vehicles a year; c:
/// Country::supplier_cost_index; d: 1 at home, 1 + the component's cost of distance to another
/// country; theta: industry.parts_dispersion. A larger base beside a plant makes its parts cheaper
/// and its own content higher; one that is left behind by assembly does the opposite. Unit of
/// `cost`: only its changes count.
struct PartsTrade {
  engine::Grid<double> share;  ///< country of the suppliers x country of the plant
  std::vector<double> cost;    ///< by country of the plant
};
PartsTrade parts_trade(const Scenario&, int component, const std::vector<double>& base);

/// What the suppliers' bases mean for the plants of every country, all components together.
struct Parts {
  std::vector<double> cost;     ///< of the base year = 1
  std::vector<double> content;  ///< made in the country itself, share of value
};
/// Cost is 1 and content nil in a scenario without components.
Parts parts(const Scenario&, const std::vector<double>& base);

/// Vehicles assembled in each country in the base year: the suppliers' bases at the start.
std::vector<double> first_supplier_base(const Scenario&);
/// Writes what does not change in a run: BaseYear::parts_affinity, parts_cost,
/// parts_content. After the base year's output.
void found_supply_network(Scenario&);

/// Phase: suppliers follow assembly, industry.supplier_speed_per_year of the way a year; parts cost
/// what the new bases make them cost. Reads last year's output. Writes supplier_base, parts_cost,
/// parts_content.
void move_suppliers(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
