#include "agents/docking.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "agents/carmakers/investment.h"
#include "agents/governments/subsidy_race.h"
#include "agents/households/beliefs.h"
#include "agents/unions/dispute.h"
#include "agents/unions/wage_bargain.h"
#include "engine/demand/pricing.h"
#include "engine/demand/study.h"
#include "engine/diffusion.h"
#include "engine/experiment/table.h"
#include "engine/location/problem.h"
#include "engine/location/read_problem.h"
#include "engine/negotiation/auction.h"
#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/rubinstein.h"
#include "engine/negotiation/solution.h"

namespace tavolo::agents {
namespace {

namespace demand = engine::demand;
namespace location = engine::location;
namespace negotiation = engine::negotiation;
using Cases = std::vector<DockingCase>;

/// Of what is known in closed form and computed to rounding.
constexpr double kExact = 1e-10;

std::string number(double value, const char* format = "%g") {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Alternating offers by backward induction, and what tables are measured by.
Cases bargaining_limits() {
  const std::string topic = "bargaining limits";
  Cases cases;
  for (const auto& [first, second] :
       {std::pair{0.9, 0.9}, std::pair{0.9, 0.8}, std::pair{0.95, 0.99}})
    cases.push_back({topic, "Rubinstein 1982, closed form",
                     "first proposer's share, discounts " + number(first) + " and " +
                         number(second) + ", 1000 rounds",
                     (1 - second) / (1 - first * second),
                     negotiation::first_share(first, second, 1'000), kExact});
  const double first_rate = 0.05, second_rate = 0.10;
  const double limit = second_rate / (first_rate + second_rate);
  cases.push_back({topic, "Binmore et al. 1986, closed form",
                   "limit without delay, rates 0.05 and 0.10", limit,
                   negotiation::rubinstein_limit(first_rate, second_rate), kExact});
  // offers every `delay`: off the limit in first order, limit x r1 x delay / 2
  constexpr double kDelay = 1e-4;
  cases.push_back({topic, "Binmore et al. 1986, closed form", "the same by offers 0.0001 apart",
                   limit,
                   negotiation::first_share(std::exp(-first_rate * kDelay),
                                            std::exp(-second_rate * kDelay), 4'000'000),
                   limit * first_rate * kDelay});
  std::vector<negotiation::Utilities> pie(2);
  constexpr int kSlices = 3'000;
  for (int slice = 0; slice <= kSlices; ++slice) {
    pie[0].of.push_back(static_cast<double>(slice) / kSlices);
    pie[1].of.push_back(static_cast<double>(kSlices - slice) / kSlices);
  }
  const std::vector<double> powers{limit, 1 - limit};  // as 1 / first_rate to 1 / second_rate
  cases.push_back({topic, "Binmore et al. 1986, closed form",
                   "the same as Nash solution, powers 2/3 and 1/3", limit,
                   pie[0].of[negotiation::nash(pie, powers).front()], kExact});
  return cases;
}

Cases subsidy_race() {
  const std::string topic = "subsidy race", source = "Brander & Spencer 1985, closed form";
  const SubsidyRace race{.margin = 1, .countries = 2};
  const auto equilibrium = race.equilibrium();
  return {
      {topic, source, "best subsidy of one country alone, A = 1", 1.0 / 4,
       race.unilateral_optimum(), kExact},
      {topic, source, "subsidy in the race", 1.0 / 5, equilibrium.actions[0], kExact},
      {topic, source, "welfare in the race", 0.08, equilibrium.payoffs[0], kExact},
      {topic, source, "welfare under a ban", 1.0 / 9, race.ban_welfare(), kExact},
      {topic, source, "most that one could gain by leaving it", 0, equilibrium.most_unilateral_gain,
       kExact},
  };
}

/// Equal sites, values uniform on [0, 1].
Cases plant_auction() {
  const std::string topic = "plant auction";
  const auto uniform = negotiation::ValueDistribution::uniform(0, 1);
  Cases cases;
  for (const int bidders : {2, 3, 5, 10})
    cases.push_back({topic, "Vickrey 1961, closed form",
                     "expected subsidy, ascending, N = " + std::to_string(bidders),
                     (bidders - 1.0) / (bidders + 1),
                     negotiation::expected_order_statistic(uniform, bidders, 2), kExact});
  // the auction itself, held at every point of a square of values: error 1 / (6 n^2)
  constexpr int kSteps = 300;
  double sum = 0;
  std::vector<negotiation::Bidder> pair(2);
  for (int i = 0; i < kSteps; ++i)
    for (int k = 0; k < kSteps; ++k) {
      pair[0].value = (i + 0.5) / kSteps;
      pair[1].value = (k + 0.5) / kSteps;
      sum += negotiation::award(pair, {}).payment;
    }
  cases.push_back({topic, "Vickrey 1961, closed form",
                   "average of 90,000 ascending auctions on a grid, N = 2", 1.0 / 3,
                   sum / (kSteps * kSteps), 2e-6});
  for (const int bidders : {2, 5})
    cases.push_back({topic, "Vickrey 1961, closed form",
                     "sealed bid of a value of 0.8, N = " + std::to_string(bidders),
                     (bidders - 1.0) / bidders * 0.8,
                     negotiation::first_price_bid(uniform, bidders, 0.8), kExact});
  // Several plants. Of one a menu is the ascending auction: 0.8 against 0.5. Of two, wanted one
  // each by two makers and both by a third, opportunity costs, 2 each, would leave the awarder with
  // 4 where the third offers 8: the two put up what it offers.
  const std::string menus = "Bernheim & Whinston 1986, theorem 2";
  const std::vector<negotiation::MenuBidder> one{{{0, 0.8}, {0, 0}}, {{0, 0.5}, {0, 0}}};
  const std::vector<negotiation::MenuBidder> two{
      {{0, 6, 0, 6}, {0, 0, 0, 0}}, {{0, 0, 6, 6}, {0, 0, 0, 0}}, {{0, 0, 0, 8}, {0, 0, 0, 0}}};
  const auto shared = negotiation::menu_award(two);
  cases.push_back({topic, menus, "subsidy by menus, one plant, values 0.8 and 0.5", 0.5,
                   negotiation::menu_award(one).payment[0], kExact});
  cases.push_back({topic, menus, "subsidy by menus, two plants, values 6 and 6 against 8", 8,
                   shared.payment[0] + shared.payment[1], kExact});
  return cases;
}

/// Revenue L^a: the general solver against what the two first-order conditions give.
Cases union_models() {
  const std::string topic = "union models";
  constexpr double kExponent = 0.7, kOutside = 1, kPower = 0.5;
  const auto revenue = power_revenue(kExponent);
  const auto jobs_at = [&](double wage) { return std::pow(kExponent / wage, 1 / (1 - kExponent)); };
  const double wage = kOutside * (1 + kPower * (1 - kExponent) / kExponent);
  const auto managed = settle_wage(WageBargain::right_to_manage(kPower, kOutside), revenue);
  const auto efficient = settle_wage(WageBargain::efficient(kPower, kOutside), revenue);
  const auto monopoly = settle_wage(WageBargain::monopoly_union(kOutside), revenue);
  const std::string nickell = "Nickell & Andrews 1983, closed form",
                    mcdonald = "McDonald & Solow 1981, closed form",
                    dunlop = "Dunlop 1944; Oswald 1985, closed form";
  return {
      {topic, nickell, "wage, right to manage, a = 0.7, power 0.5", wage, managed.wage, kExact},
      {topic, nickell, "jobs, right to manage", jobs_at(wage), managed.jobs, kExact},
      {topic, mcdonald, "wage, efficient bargain", wage, efficient.wage, kExact},
      {topic, mcdonald, "jobs, efficient bargain", jobs_at(kOutside), efficient.jobs, kExact},
      {topic, dunlop, "wage, monopoly union", kOutside / kExponent, monopoly.wage, kExact},
      {topic, dunlop, "jobs, monopoly union", jobs_at(kOutside / kExponent), monopoly.jobs, kExact},
  };
}

Cases strike_screening() {
  const std::string topic = "strike screening", source = "Fudenberg & Tirole 1991, closed form";
  const Screening screening{.discount = 0.9};
  const double root = std::sqrt(1 - screening.discount);
  // demand by demand: who still refuses, who settles and on what
  double delay = 0, payoff = 0, refusing = 1;
  for (int refusals = 0; refusing > 1e-16; ++refusals) {
    const double still = screening.accepting_share(refusals);
    delay += still;
    payoff += std::pow(screening.discount, refusals) * (refusing - still) *
              screening.settlement((refusing + still) / 2, 1);
    refusing = still;
  }
  return {
      {topic, source, "lambda, discount 0.9", 1 / (1 + root), screening.lambda(), kExact},
      {topic, source, "first demand", root / (1 + root), screening.first_demand(), kExact},
      {topic, source, "mean delay, periods, over all types", 1 / root, delay, kExact},
      {topic, source, "union's payoff, over all types", root / (1 + root) / 2, payoff, kExact},
  };
}

Cases real_option() {
  const std::string topic = "real option", source = "Dixit & Pindyck 1994, ch. 5, closed form";
  Cases cases;
  for (const double volatility : {0.2, 0.3}) {
    constexpr double kRate = 0.04, kPayout = 0.04;
    const double variance = volatility * volatility, drift = (kRate - kPayout) / variance;
    const double b = 0.5 - drift + std::sqrt((drift - 0.5) * (drift - 0.5) + 2 * kRate / variance);
    const double multiple = b / (b - 1);
    const std::string at = ", volatility " + number(volatility);
    cases.push_back({topic, source, "V*/I, rate and payout 0.04" + at, multiple,
                     option_multiple(kRate, kPayout, volatility), kExact});
    cases.push_back({topic, source, "value of waiting at V = I = 1" + at,
                     (multiple - 1) * std::pow(multiple, -b),
                     option_value(kRate, kPayout, volatility, 1, 1), kExact});
  }
  return cases;
}

/// Word of mouth: the closed form, a million agents that all hear of one another, and the model's
/// own equation of consideration when nobody forgets and those who consider are those who talk.
Cases diffusion() {
  const std::string topic = "diffusion", source = "Bass 1969, closed form";
  constexpr engine::Bass kBass{.innovation = 0.03, .imitation = 0.38};
  // the paper's formulas to twelve digits
  constexpr double kPeak = 6.192619197703, kAfter5 = 0.331198642491, kAfter10 = 0.812803221221;
  Cases cases{
      {topic, source, "year of most adoptions, p = 0.03, q = 0.38", kPeak, kBass.peak_years(),
       kExact},
      {topic, source, "share after 5 years", kAfter5, kBass.share(5), kExact},
      {topic, source, "share after 10 years", kAfter10, kBass.share(10), kExact},
  };

  enum class Luck { resistance };
  constexpr std::uint32_t kAgents = 1'000'000;
  constexpr int kYears = 10;
  constexpr double kMonth = 1.0 / 12;
  const double luck_of_many = 3 / std::sqrt(kAgents);
  const auto path =
      engine::spread(kBass, kAgents, 12 * kYears, kMonth, engine::Streams{1, 0}, Luck::resistance)
          .share;
  double furthest = 0;
  for (std::size_t month = 0; month < path.size(); ++month)
    furthest = std::max(furthest,
                        std::abs(path[month] - kBass.share(kMonth * static_cast<double>(month))));
  cases.push_back({topic, source, "share after 5 years, a million agents", kAfter5, path[12 * 5],
                   luck_of_many});
  cases.push_back({topic, source, "share after 10 years, a million agents", kAfter10, path[12 * 10],
                   luck_of_many});
  cases.push_back({topic, source, "furthest from the path in any month, a million agents", 0,
                   furthest, luck_of_many});

  // a step hears of drivers as they stood at its start: late by step / 2 x ((p + q) t + ln(1 - F))
  DemandParameters demand;
  demand.marketing_exposure = kBass.innovation;
  demand.contagion = kBass.imitation;
  demand.forgetting = 0;
  constexpr int kSteps = 12'000;  // a year
  double consideration = 0;
  for (int step = 0; step < 5 * kSteps; ++step)
    consideration = consideration_after(consideration, consideration, 1.0 / kSteps, demand);
  const double share = kBass.share(5);
  const double late = 0.5 / kSteps * (0.41 * 5 + std::log(1 - share));
  cases.push_back({topic, source, "consideration after 5 years, nobody forgets", kAfter5,
                   consideration, 1.01 * late * (0.03 + 0.38 * share) * (1 - share)});
  return cases;
}

/// A logit market with a price coefficient of one, in equilibrium.
struct LogitEquilibrium {
  std::vector<double> price;
  demand::Response at;
};

LogitEquilibrium logit_equilibrium(const std::vector<double>& utility,
                                   const std::vector<double>& cost, const std::vector<int>& owner) {
  const demand::Consumers one{{1.0}, {-1.0}, engine::Grid<double>(1, utility.size())};
  demand::LogitMarket market{one, {}, owner, static_cast<int>(owner.size())};
  market.set_mean_utility(utility);
  LogitEquilibrium result{cost, {}};
  demand::equilibrium_prices(market, cost, result.price);
  result.at = market.response(result.price);
  return result;
}

Cases logit_pricing() {
  const std::string topic = "logit Bertrand", source = "Anderson et al. 1992, closed form";
  const auto duopoly = logit_equilibrium({2, 2}, {1, 1}, {0, 1});
  const auto monopoly = logit_equilibrium({2}, {1}, {0});
  const auto before = logit_equilibrium({3, 2, 1}, {1, 1, 0.5}, {0, 0, 1});
  const auto after = logit_equilibrium({3, 2, 1}, {1, 1, 0.5}, {0, 0, 0});
  Cases cases{
      {topic, source, "price, duopoly, utility 2, cost 1", 2.401058137542, duopoly.price[0],
       kExact},
      {topic, source, "share, duopoly", 0.286253744078, duopoly.at.share[0], kExact},
      {topic, source, "profit, duopoly", 0.401058137542,
       (duopoly.price[0] - 1) * duopoly.at.share[0], kExact},
      {topic, source, "consumer surplus, duopoly", 0.8498185069108805, duopoly.at.consumer_surplus,
       kExact},
      {topic, source, "price, monopoly, utility 2, cost 1: 2 + W(1)", 2.567143290409784,
       monopoly.price[0], kExact},
  };
  const std::array owned{2.956141913296, 2.956141913296, 1.703673275568};
  const std::array sold{0.357333863843, 0.131455782142, 0.169209767885};
  const std::array merged{3.245129357767, 3.245129357767, 2.745129357767};
  for (std::size_t j = 0; j < owned.size(); ++j) {
    const std::string product = " of product " + std::to_string(j + 1) + " of 3, owners A, A, B";
    cases.push_back({topic, source, "price" + product, owned[j], before.price[j], kExact});
    cases.push_back({topic, source, "share" + product, sold[j], before.at.share[j], kExact});
    cases.push_back(
        {topic, source, "price" + product + " merged", merged[j], after.price[j], kExact});
  }
  return cases;
}

/// Automobiles in the United States: Berry, Levinsohn & Pakes (1995).
Cases automobiles(const DockingData& data) {
  const std::string topic = "BLP automobiles", source = "BLP 1995; pyblp's data, same formulas";
  const auto study = demand::read_study(data.folder + "/blp_products.csv",
                                        data.folder + "/blp_agents.csv", data.automobiles);
  const auto results = demand::solve(study);
  Cases cases;
  const auto add = [&](const std::string& quantity, double published, double ours) {
    constexpr double kDigits = 1e-8;
    cases.push_back({topic, source, quantity, published, ours, kDigits * std::abs(published)});
  };
  std::vector<double> elasticity, cost, utility;
  for (const auto& result : results) {
    const auto append = [](std::vector<double>& to, const std::vector<double>& more) {
      to.insert(to.end(), more.begin(), more.end());
    };
    append(elasticity, result.own_elasticity);
    append(cost, result.marginal_cost);
    append(utility, result.mean_utility);
  }
  add("own elasticity, mean, 1971-90", -3.91963971825, demand::summary_of(elasticity).mean);
  add("marginal cost, mean, 1971-90", 7.63632669648, demand::summary_of(cost).mean);
  add("mean utility, mean, 1971-90", -0.424362802217, demand::summary_of(utility).mean);
  for (std::size_t m = 0; m < results.size(); ++m) {
    if (study.markets[m].name != "1990") continue;
    const auto& result = results[m];
    const auto own = demand::summary_of(result.own_elasticity);
    add("own elasticity, mean, 1990", -3.93925917481, own.mean);
    add("own elasticity, median", -3.99686939113, own.median);
    add("own elasticity, least", -6.08632744728, own.min);
    add("own elasticity, greatest", -2.4298935975, own.max);
    add("marginal cost, mean", 9.38972800899, demand::summary_of(result.marginal_cost).mean);
    add("marginal cost, median", 7.57509011926, demand::summary_of(result.marginal_cost).median);
    add("Lerner index, mean", 0.302668715955, demand::summary_of(result.lerner).mean);
    add("diversion to the outside good, mean", 0.166914735799,
        demand::summary_of(result.diversion_outside).mean);
    add("HHI", 2160.79938645, result.hhi);
    add("consumer surplus", 2.5818327676, result.consumer_surplus);
    cases.push_back({topic, source, "recomputed prices, largest relative difference", 0,
                     result.price_difference_from_costs, 1e-12});
    const auto& merger = result.mergers.front();
    const std::string of = "GM and Ford merged: ";
    add(of + "price rise, mean, %", 13.40931908, demand::summary_of(merger.merging).mean);
    add(of + "price rise, greatest, %", 26.52854867, demand::summary_of(merger.merging).max);
    add(of + "price rise of others, mean, %", -1.347615418, demand::summary_of(merger.others).mean);
    add(of + "HHI", 2689.764163, merger.hhi);
    add(of + "consumer surplus", 2.518074731, merger.consumer_surplus);
  }
  return cases;
}

/// Warehouse location: cap71 of the OR-Library.
Cases warehouses(const DockingData& data) {
  const std::string topic = "warehouse location", source = "OR-Library; Beasley 1988";
  const auto problem = location::read_problem(data.folder + "/cap71.txt");
  const auto solution = location::solve(problem);
  constexpr double kPublished = 932615.750;
  return {
      {topic, source, "cap71, least cost", kPublished, solution.cost, 1e-6},
      {topic, source, "cap71, proven gap", 0, solution.gap(), kExact},
  };
}

constexpr std::array kTopics{logit_pricing, bargaining_limits, subsidy_race, plant_auction,
                             union_models,  strike_screening,  real_option,  diffusion};

}  // namespace

bool DockingCase::is_met() const { return std::abs(error()) <= tolerance; }

std::vector<DockingCase> docking_cases(const DockingData& data) {
  Cases all;
  for (const auto topic : kTopics)
    for (auto& docking : topic()) all.push_back(std::move(docking));
  if (!data.folder.empty()) {
    for (auto& docking : automobiles(data)) all.push_back(std::move(docking));
    for (auto& docking : warehouses(data)) all.push_back(std::move(docking));
  }
  return all;
}

std::string docking_table(const std::vector<DockingCase>& cases) {
  std::vector<std::vector<std::string>> rows{
      {"topic", "source", "quantity", "published", "ours", "error", "tolerance", "ok"}};
  for (const auto& docking : cases)
    rows.push_back({docking.topic, docking.source, docking.quantity,
                    number(docking.published, "%.12g"), number(docking.ours, "%.12g"),
                    number(docking.error(), "%.1e"), number(docking.tolerance, "%.1e"),
                    docking.is_met() ? "yes" : "NO"});
  const auto met = std::count_if(cases.begin(), cases.end(),
                                 [](const DockingCase& docking) { return docking.is_met(); });
  constexpr std::size_t kWords = 3;
  return engine::aligned(rows, kWords) + "\n" + std::to_string(met) + " of " +
         std::to_string(cases.size()) + " within tolerance\n";
}

std::string docking_json(const std::vector<DockingCase>& cases) {
  using engine::json_number, engine::json_string;
  std::string text = "[";
  for (const auto& docking : cases)
    text += std::string(text.size() > 1 ? "," : "") +
            "\n  {\"topic\": " + json_string(docking.topic) +
            ", \"source\": " + json_string(docking.source) +
            ", \"quantity\": " + json_string(docking.quantity) +
            ", \"published\": " + json_number(docking.published) +
            ", \"ours\": " + json_number(docking.ours) +
            ", \"error\": " + json_number(docking.error()) +
            ", \"tolerance\": " + json_number(docking.tolerance) +
            ", \"ok\": " + (docking.is_met() ? "true" : "false") + "}";
  return text + "\n]\n";
}

}  // namespace tavolo::agents
