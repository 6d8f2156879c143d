#include "agents/governments/subsidy_race.h"

#include <algorithm>

namespace tavolo::agents {

std::vector<double> SubsidyRace::quantities(std::span<const double> subsidies) const {
  // those who would sell less than nothing stay out, the least subsidised first
  std::vector<bool> sells(subsidies.size(), true);
  std::vector<double> quantity(subsidies.size(), 0.0);
  for (std::size_t sellers = subsidies.size(); sellers > 0; --sellers) {
    double sum = 0;
    for (std::size_t i = 0; i < subsidies.size(); ++i)
      if (sells[i]) sum += subsidies[i];
    std::size_t least = subsidies.size();
    for (std::size_t i = 0; i < subsidies.size(); ++i) {
      const double n = static_cast<double>(sellers);
      quantity[i] = sells[i] ? (margin + (n + 1) * subsidies[i] - sum) / (n + 1) : 0.0;
      if (sells[i] && (least == subsidies.size() || quantity[i] < quantity[least])) least = i;
    }
    if (quantity[least] >= 0) break;
    sells[least] = false;
  }
  return quantity;
}

double SubsidyRace::welfare(std::size_t country, std::span<const double> subsidies) const {
  const double sold = quantities(subsidies)[country];
  return (sold - subsidies[country]) * sold;
}

engine::Game SubsidyRace::game() const {
  return {std::vector<engine::ActionRange>(countries, {0, margin}),
          [*this](std::size_t country, std::span<const double> subsidies) {
            return welfare(country, subsidies);
          }};
}

double SubsidyRace::unilateral_optimum() const {
  std::vector<double> subsidies(countries, 0.0);
  return engine::maximise(
             [&](double subsidy) {
               subsidies[0] = subsidy;
               return welfare(0, subsidies);
             },
             0, margin)
      .argument;
}

engine::Equilibrium SubsidyRace::equilibrium() const {
  return engine::best_response_equilibrium(game(), std::vector<double>(countries, 0.0));
}

double SubsidyRace::ban_welfare() const { return welfare(0, std::vector<double>(countries, 0.0)); }

}  // namespace tavolo::agents
