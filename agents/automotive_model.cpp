#include "agents/automotive_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

#include "agents/calendar.h"
#include "agents/carmakers/siting.h"
#include "agents/chance.h"
#include "agents/indicators.h"
#include "agents/initialise.h"
#include "agents/parameters.h"
#include "agents/policies/catalogue.h"
#include "agents/postures/catalogue.h"
#include "agents/read_scenario.h"
#include "agents/scenario_fields.h"
#include "engine/config.h"
#include "engine/error.h"
#include "engine/recorder.h"

namespace tavolo::agents {
namespace {

void require_policy(const engine::Place& place, const std::string& policy,
                    engine::Problems& problems) {
  const auto known = policy_names();
  if (policy.empty() || std::find(known.begin(), known.end(), policy) != known.end()) return;
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string near = engine::nearest(policy, names);
  problems.add(place, "policy = \"" + policy + "\" is no policy strategy.",
               "A government follows a strategy of the catalogue (tavolo describe policies).",
               near.empty() ? "Choose one of them." : "Did you mean \"" + near + "\"?");
}

void require_posture(const engine::Place& place, const std::string& posture,
                     engine::Problems& problems) {
  if (posture.empty() || make_posture(posture)) return;
  const auto known = postures();
  std::vector<std::string_view> names;
  for (const auto& [name, meaning] : known) names.push_back(name);
  const std::string near = engine::nearest(posture, names);
  problems.add(place, "carmaker_posture = \"" + posture + "\" is no posture.",
               "A maker takes one of the catalogue (tavolo describe postures).",
               near.empty() ? "Choose one of them." : "Did you mean \"" + near + "\"?");
}

Scenario read(const std::string& file, std::span<const engine::Override> overrides) {
  engine::Problems problems;
  auto config = engine::Config::load(file, problems);
  problems.throw_if_any();
  config.apply(overrides, problems);
  Scenario scenario = read_scenario(config, problems);
  require_policy(config.place("policy"), scenario.policy, problems);
  require_posture(config.place("carmaker_posture"), scenario.carmaker_posture, problems);
  for (const auto& government : scenario.governments)
    require_policy(config.place("governments", government.id, "policy"), government.policy,
                   problems);
  problems.throw_if_any();
  return scenario;
}

/// The first strategic government follows the policy under study, other strategic ones their own,
/// all others their rule.
class Strategies {
 public:
  Strategies(const Scenario& scenario, const std::string& policy) : studied_{make_policy(policy)} {
    assign(scenario, studied_.get());
  }
  Strategies(const Scenario& scenario, const PolicyStrategy& policy) { assign(scenario, &policy); }

  const std::vector<const PolicyStrategy*>& rows() const { return rows_; }

 private:
  void assign(const Scenario& scenario, const PolicyStrategy* studied) {
    bool first = true;
    for (const auto& government : scenario.governments) {
      if (!government.strategic) {
        rows_.push_back(nullptr);
        continue;
      }
      if (first || government.policy.empty()) {
        rows_.push_back(studied);
      } else {
        own_.push_back(make_policy(government.policy));
        rows_.push_back(own_.back().get());
      }
      first = false;
    }
  }

  std::unique_ptr<const PolicyStrategy> studied_;
  std::vector<std::unique_ptr<const PolicyStrategy>> own_;
  std::vector<const PolicyStrategy*> rows_;  // by government
};

World play_with(const Scenario& scenario, const Strategies& strategies, std::uint64_t seed,
                std::uint64_t replication) {
  const engine::Streams luck{seed, replication};
  World world = begin_run(scenario, strategies.rows(), luck);
  const Month end = Month::of(scenario.until + 1, 1);
  while (world.month < end) play_month(scenario, world, luck);
  world.strategies.assign(world.strategies.size(), nullptr);  // they end with the run
  return world;
}

class AutomotiveModel final : public engine::Model {
 public:
  explicit AutomotiveModel(Scenario scenario) : scenario_{std::move(scenario)} {}

  engine::Record run(const std::string& policy, std::uint64_t seed,
                     std::uint64_t replication) const override {
    return record_of(scenario_, play(scenario_, policy, seed, replication));
  }

 private:
  Scenario scenario_;
};

void describe_phases(std::string& text) {
  const auto list = [&](std::string_view heading, std::span<const Phase> phases) {
    text += std::string{heading} + "\n";
    for (const auto& phase : phases) {
      std::string name{phase.name};
      name.resize(22, ' ');
      text += "  " + name + std::string{phase.meaning} + "\n";
    }
  };
  list("January, before the month", january());
  list("every month", every_month());
  list("December, after the month", december());
}

std::string listed(const std::vector<engine::Indicator>& indicators) {
  std::string text;
  for (const auto& indicator : indicators) {
    std::string line = "  " + indicator.name;
    line.resize(28, ' ');
    line += indicator.unit;
    line.resize(std::max<std::size_t>(line.size() + 1, 44), ' ');
    text += line + indicator.meaning + "\n";
  }
  return text;
}

std::string described_indicators() {
  const Scenario of_none;
  return listed(indicators(of_none)) +
         "  output_<plant>            vehicles/year   made in each tracked plant of the makers "
         "with home plants\n"
         "  share_<brand>             0..1            of new cars registered in the home market\n"
         "  sites_<country>           sites           that entrants have decided for there\n" +
         "every month\n" + listed(monthly_indicators());
}

std::string described_policies() {
  std::string text;
  const auto add = [&text](std::string name, std::string_view meaning) {
    name.resize(std::max<std::size_t>(name.size() + 1, 28), ' ');
    text += "  " + name + std::string{meaning} + "\n";
  };
  for (const auto& entry : catalogue()) add(std::string{entry.name}, entry.meaning);
  for (const auto& policy : added_policies()) add(policy.name, policy.meaning);
  return text;
}

std::string described_postures() {
  std::string text;
  for (auto [name, meaning] : postures()) {
    name.resize(std::max<std::size_t>(name.size() + 1, 28), ' ');
    text += "  " + name + meaning + "\n";
  }
  return text;
}

std::string described_phases() {
  std::string text;
  describe_phases(text);
  return text;
}

struct Topic {
  std::string_view name;
  std::string (*text)();
};
constexpr std::array kTopics{
    Topic{"phases", described_phases},     Topic{"parameters", describe_parameters},
    Topic{"tables", describe_tables},      Topic{"indicators", described_indicators},
    Topic{"policies", described_policies}, Topic{"postures", described_postures},
};

}  // namespace

std::vector<engine::Indicator> AutomotiveFamily::indicators(
    const std::string& scenario, std::span<const engine::Override> overrides) const {
  return agents::indicators(read(scenario, overrides));
}

std::vector<engine::Indicator> AutomotiveFamily::monthly_indicators() const {
  return agents::monthly_indicators();
}

std::vector<std::string> AutomotiveFamily::policies() const { return policy_names(); }

std::unique_ptr<const engine::Model> AutomotiveFamily::prepare(
    const std::string& scenario, std::span<const engine::Override> overrides) const {
  return std::make_unique<AutomotiveModel>(load_scenario(scenario, overrides));
}

Scenario load_scenario(const std::string& file, std::span<const engine::Override> overrides) {
  Scenario scenario = read(file, overrides);
  initialise(scenario);
  return scenario;
}

World begin_run(const Scenario& scenario, std::vector<const PolicyStrategy*> strategies,
                const engine::Streams& luck) {
  World world = first_world(scenario);
  world.strategies = std::move(strategies);
  draw_affinities(scenario, world, luck);
  world.talk_luck = std::bit_cast<std::uint64_t>(luck(Chance::talks, 0).uniform());
  return world;
}

World play(const Scenario& scenario, const std::string& policy, std::uint64_t seed,
           std::uint64_t replication) {
  return play_with(scenario, Strategies{scenario, policy}, seed, replication);
}

World play(const Scenario& scenario, const PolicyStrategy& policy, std::uint64_t seed,
           std::uint64_t replication) {
  return play_with(scenario, Strategies{scenario, policy}, seed, replication);
}

engine::Record record_of(const Scenario& scenario, World world) {
  const std::uint64_t state = fingerprint(world);
  return {.years = std::move(world.recorded_years),
          .values = std::move(world.indicators),
          .events = std::move(world.events),
          .fingerprint = state,
          .negotiations = std::move(world.minutes),
          .first_month = scenario.start,
          .monthly = std::move(world.monthly)};
}

World play_to_january(const Scenario& scenario, const std::string& policy, std::uint64_t seed,
                      std::uint64_t replication, int year, std::string_view before) {
  const Strategies strategies{scenario, policy};
  const engine::Streams luck{seed, replication};
  World world = begin_run(scenario, strategies.rows(), luck);
  const Month end = std::max(scenario.start, Month::of(year, 1));
  while (world.month < end) play_month(scenario, world, luck);
  for (const auto& phase : january()) {
    if (phase.name == before) break;
    phase.run(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
  }
  world.strategies.assign(world.strategies.size(), nullptr);
  return world;
}

std::uint64_t fingerprint(const World& world) {
  engine::Fingerprint print;
  print.add(world.month.index);
  for (const auto* values :
       {&world.driver, &world.cycle, &world.budget_left_eur, &world.committed_eur,
        &world.charging_points, &world.stock, &world.co2_shadow_price_eur,
        &world.co2_average_g_per_km, &world.super_credits.used_g_per_km, &world.union_satisfaction,
        &world.books.balance_eur, &world.indicators})
    print.add(*values);
  for (const auto* grid :
       {&world.price_eur, &world.marginal_cost_eur, &world.constant, &world.forecast,
        &world.consideration, &world.expected_bonus_eur, &world.stock_share, &world.backlog})
    print.add(grid->values());
  print.add(world.benefit_tax_eur_per_year);
  print.add(world.on_sale);
  print.add(world.garage.powertrain);
  print.add(world.garage.brand);
  print.add(world.garage.bought);
  print.add(world.garage.next_choice);
  print.add(world.garage.purchases);
  for (const auto& plant : world.plants) {
    print.add(static_cast<int>(plant.phase));
    for (const double value : {plant.capacity_per_year, plant.headcount, plant.wage_factor,
                               plant.productivity, plant.unrest, plant.output_last_year})
      print.add(value);
  }
  for (const auto& programme : world.programmes) {
    std::vector<double> by_plant(world.plants.size(), 0.0);
    for (const auto& [plant, share] : programme.plant_share) by_plant[plant] = share;
    print.add(by_plant);
    print.add(programme.generation);
    print.add(programme.generation_end.index);
  }
  for (const auto& project : world.projects) {
    print.add(static_cast<int>(project.phase));
    print.add(project.spent_eur);
  }
  for (const auto& agreement : world.agreements) {
    print.add(agreement.aid_paid_eur);
    print.add(agreement.clawed_back_eur);
  }
  for (const auto& minutes : world.minutes) {
    print.add(minutes.name);
    print.add(minutes.end);
    print.add(minutes.rounds);
    for (const auto& term : minutes.terms) print.add(term.value);
  }
  for (const auto& event : world.events) {
    print.add(event.month.index);
    print.add(event.text);
  }
  return print.value();
}

std::string describe(const std::string& topic) {
  std::string text;
  std::vector<std::string_view> names;
  for (const auto& known : kTopics) {
    names.push_back(known.name);
    if (topic == known.name) return known.text();
    text += (text.empty() ? "" : "\n") + std::string{known.name} + "\n" + known.text();
  }
  if (topic.empty()) return text;
  const std::string near = engine::nearest(topic, names);
  throw engine::InputError{
      "\"" + topic + "\" is no topic.",
      "Topics are phases, parameters, tables, indicators, policies, postures and models.",
      near.empty() ? "Leave the topic out to read them all." : "Did you mean \"" + near + "\"?"};
}

void check(const std::string& scenario) { load_scenario(scenario, {}); }

}  // namespace tavolo::agents
