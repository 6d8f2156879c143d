#include "engine/diffusion.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

#include "engine/parallel.h"
#include "engine/population.h"

namespace tavolo::engine {
namespace {

struct Adopters : Population<Adopters> {
  Column<double> resistance;   // hazard that it still withstands
  Column<float> heard;         // share of adopters among those it hears of, a step ago
  Column<std::uint16_t> step;  // in which it adopted; 0: not yet
  static auto columns(auto& self) { return std::tie(self.resistance, self.heard, self.step); }
};

/// `hears(id)`: share of adopters among those that an agent hears of, as `step` has them;
/// `noted(adopters)` is told how many there are at the start of every step.
template <class Hears, class Noted>
Adoption play(const Bass& bass, Adopters& agents, int steps, double step_years,
              const AdoptionLuck& luck, const Hears& hears, const Noted& noted) {
  assert(steps >= 0 && steps <= std::numeric_limits<std::uint16_t>::max());
  assert(bass.innovation >= 0 && bass.imitation >= 0);
  for_each_row(agents, [&](Adopters::Id id) {
    agents.resistance[id] = -std::log(luck(static_cast<std::uint32_t>(id.row())).uniform());
  });
  Adoption result;
  double adopters = 0;
  const auto all = static_cast<double>(agents.rows());
  result.share.push_back(0);
  for (int step = 1; step <= steps; ++step) {
    noted(adopters);
    for_each_row(agents, [&](Adopters::Id id) {
      if (agents.step[id] != 0) return;
      const auto now = static_cast<float>(hears(id));
      const double share = now + 0.5 * (now - agents.heard[id]);
      agents.heard[id] = now;
      agents.resistance[id] -= (bass.innovation + bass.imitation * share) * step_years;
    });
    adopters += sum_rows(agents, [&](Adopters::Id id) {
      if (agents.step[id] != 0 || agents.resistance[id] > 0) return 0.0;
      agents.step[id] = static_cast<std::uint16_t>(step);
      return 1.0;
    });
    result.share.push_back(all > 0 ? adopters / all : 0);
  }
  const auto values = agents.step.values();
  result.step.assign(values.begin(), values.end());
  return result;
}

}  // namespace

double Bass::share(double years) const {
  const double rest = std::exp(-(innovation + imitation) * years);
  return (1 - rest) / (1 + imitation / innovation * rest);
}

double Bass::peak_years() const {
  return imitation > innovation ? std::log(imitation / innovation) / (innovation + imitation) : 0;
}

Adoption spread(const Bass& bass, std::uint32_t count, int steps, double step_years,
                const AdoptionLuck& luck) {
  Adopters agents;
  agents.resize(count);
  double share = 0;
  return play(
      bass, agents, steps, step_years, luck, [&](Adopters::Id) { return share; },
      [&](double adopters) { share = count > 1 ? adopters / (count - 1.0) : 0; });
}

Adoption spread(const Bass& bass, const Network& network, int steps, double step_years,
                const AdoptionLuck& luck) {
  Adopters agents;
  agents.resize(network.nodes());
  return play(
      bass, agents, steps, step_years, luck,
      [&](Adopters::Id id) {
        const auto circle = network.neighbours(static_cast<std::uint32_t>(id.row()));
        if (circle.empty()) return 0.0;
        double adopters = 0;
        for (const auto other : circle) adopters += agents.step[Adopters::Id{other}] != 0 ? 1 : 0;
        return adopters / static_cast<double>(circle.size());
      },
      [](double) {});
}

}  // namespace tavolo::engine
