#include "engine/negotiation/tournament.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/solution.h"

namespace tavolo::engine::negotiation {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kChunk = 64;  // repetitions that one task plays

/// What happened in the negotiations of one cell.
struct Cell {
  std::size_t arena = 0, row = 0, column = 0, seat = 0;  // row sits in `seat`, else column
  RunningMean payoff, partners, rounds, nash, pareto;
  std::size_t agreements = 0;

  void join(const Cell& other) {
    payoff.join(other.payoff);
    partners.join(other.partners);
    rounds.join(other.rounds);
    nash.join(other.nash);
    pareto.join(other.pareto);
    agreements += other.agreements;
  }
};

using Strategies = std::vector<std::shared_ptr<const Strategy>>;

void play(const TournamentDesign& design, const Strategies& strategies, Cell& cell, int from,
          int to) {
  const auto& arena = design.arenas[cell.arena];
  Strategies seated(arena.wishes.size(), strategies[cell.column]);
  seated[cell.seat] = strategies[cell.row];
  const auto parties = arena.seat(seated);
  for (int repetition = from; repetition < to; ++repetition) {
    const Streams luck{design.seed, static_cast<std::uint64_t>(repetition),
                       static_cast<std::uint32_t>(cell.arena) << 8};
    const auto talks = make_protocol(design.protocol, arena.agenda, parties,
                                     {design.rounds, design.convention, luck});
    talks->play(talks->rounds());
    double partners = 0;
    for (std::size_t party = 0; party < seated.size(); ++party)
      (party == cell.seat ? cell.payoff.add(talks->payoff(party))
                          : static_cast<void>(partners += talks->payoff(party)));
    cell.partners.add(partners / static_cast<double>(seated.size() - 1));
    const auto deal = talks->agreement();
    if (!deal) continue;
    ++cell.agreements;
    cell.rounds.add(talks->round());
    if (!arena.nash.empty()) cell.nash.add(distance(arena.wishes, *deal, arena.nash));
    cell.pareto.add(distance(arena.wishes, *deal, arena.pareto));
  }
}

/// In a domain of two parties one negotiation is a block of both, so one seat is enough.
std::vector<Cell> cells_of(const TournamentDesign& design) {
  std::vector<Cell> cells;
  for (std::size_t arena = 0; arena < design.arenas.size(); ++arena) {
    const auto parties = design.arenas[arena].wishes.size();
    for (std::size_t row = 0; row < design.strategies.size(); ++row)
      for (std::size_t column = 0; column < design.strategies.size(); ++column)
        for (std::size_t seat = 0; seat < (parties == 2 ? 1 : parties); ++seat)
          cells.push_back({arena, row, column, seat, {}, {}, {}, {}, {}, 0});
  }
  return cells;
}

std::vector<Cell> play_all(const TournamentDesign& design) {
  Strategies strategies;
  for (const auto& strategy : design.strategies)
    strategies.push_back(std::make_shared<const Strategy>(strategy));
  auto cells = cells_of(design);
  const auto chunks = static_cast<std::size_t>((design.repetitions + kChunk - 1) / kChunk);
  std::vector<Cell> parts;
  for (const auto& cell : cells) parts.insert(parts.end(), chunks, cell);
  tbb::parallel_for(std::size_t{0}, parts.size(), [&](std::size_t part) {
    const int from = static_cast<int>(part % chunks) * kChunk;
    play(design, strategies, parts[part], from, std::min(from + kChunk, design.repetitions));
  });
  for (std::size_t part = 0; part < parts.size(); ++part) cells[part / chunks].join(parts[part]);
  return cells;
}

double p_of_no_difference(const Estimate& difference, double std_error) {
  if (difference.n < 2) return 1;
  if (!(std_error > 0)) return difference.value == 0 ? 1 : 0;
  const boost::math::students_t t{static_cast<double>(difference.n - 1)};
  return 2 * boost::math::cdf(boost::math::complement(t, std::abs(difference.value) / std_error));
}

Contest contest(const std::vector<std::vector<double>>& blocks, std::size_t first,
                std::size_t second) {
  Contest result;
  result.first = first;
  result.second = second;
  result.difference = paired_difference(blocks[first], blocks[second]).difference;
  RunningMean gaps;
  for (std::size_t block = 0; block < blocks[first].size(); ++block)
    gaps.add(blocks[first][block] - blocks[second][block]);
  result.p = p_of_no_difference(
      result.difference, gaps.standard_deviation() / std::sqrt(static_cast<double>(gaps.n())));
  return result;
}

/// All that a strategy did, in whatever role.
struct Tally {
  RunningMean payoff, partners, rounds, nash, pareto;
  std::size_t agreements = 0;

  void add(const Cell& cell, bool as_row) {
    payoff.join(as_row ? cell.payoff : cell.partners);
    partners.join(as_row ? cell.partners : cell.payoff);
    rounds.join(cell.rounds);
    nash.join(cell.nash);
    pareto.join(cell.pareto);
    agreements += cell.agreements;
  }
};

}  // namespace

void RunningMean::add(double value) {
  ++n_;
  const double before = value - mean_;
  mean_ += before / static_cast<double>(n_);
  squares_ += before * (value - mean_);
}

void RunningMean::join(const RunningMean& other) {
  if (other.n_ == 0) return;
  const auto own = static_cast<double>(n_), added = static_cast<double>(other.n_);
  const double gap = other.mean_ - mean_;
  n_ += other.n_;
  mean_ += gap * added / (own + added);
  squares_ += other.squares_ + gap * gap * own * added / (own + added);
}

double RunningMean::mean() const { return n_ > 0 ? mean_ : kNaN; }

double RunningMean::standard_deviation() const {
  return n_ > 1 ? std::sqrt(squares_ / static_cast<double>(n_ - 1)) : kNaN;
}

Arena::Arena(const Domain& domain)
    : name{domain.name},
      agenda{std::make_shared<const Agenda>(domain.agenda)},
      wishes{tabulate(domain)} {
  for (std::size_t outcome = 0; outcome < agenda->outcomes(); ++outcome) {
    const bool feasible = std::all_of(wishes.begin(), wishes.end(), [&](const Utilities& party) {
      return party.of[outcome] != kInfeasible;
    });
    if (feasible) continue;
    for (auto& party : wishes) party.of[outcome] = kInfeasible;
  }
  for (const auto& party : wishes) rankings.push_back(std::make_shared<const Ranking>(party.of));
  for (const auto& profile : domain.profiles) {
    parties.push_back(profile.name);
    discounts.push_back(profile.discount);
  }
  nash = negotiation::nash(wishes);
  pareto = pareto_frontier(wishes);
}

std::vector<Party> Arena::seat(
    const std::vector<std::shared_ptr<const Strategy>>& strategies) const {
  assert(strategies.size() == wishes.size());
  std::vector<Party> seated;
  for (std::size_t party = 0; party < wishes.size(); ++party)
    seated.emplace_back(parties[party], rankings[party], wishes[party].reservation,
                        strategies[party], discounts[party]);
  return seated;
}

TournamentResult run_tournament(const TournamentDesign& design) {
  assert(!design.strategies.empty() && !design.arenas.empty() && design.repetitions >= 1);
  const auto cells = play_all(design);
  const auto many = design.strategies.size();
  std::vector<Tally> tallies(many);
  std::vector<Tally> pairs(many * many);  // row x column
  // by strategy, in one order for all: arena, partners' strategy, role
  std::vector<std::vector<double>> blocks(many);
  TournamentResult result;
  const auto count = [&](const Cell& cell, bool as_row) {
    const auto self = as_row ? cell.row : cell.column, partner = as_row ? cell.column : cell.row;
    tallies[self].add(cell, as_row);
    pairs[self * many + partner].add(cell, as_row);
    blocks[self].push_back((as_row ? cell.payoff : cell.partners).mean());
  };
  for (const auto& cell : cells) {
    result.negotiations += static_cast<std::size_t>(design.repetitions);
    count(cell, true);
  }
  for (const auto& cell : cells)  // the second seat of two
    if (design.arenas[cell.arena].wishes.size() == 2) count(cell, false);

  for (std::size_t strategy = 0; strategy < many; ++strategy) {
    const auto& tally = tallies[strategy];
    const auto n = tally.payoff.n();
    result.scores.push_back({design.strategies[strategy].name, mean_estimate(blocks[strategy]),
                             tally.payoff.standard_deviation(), tally.partners.mean(),
                             static_cast<double>(tally.agreements) / static_cast<double>(n),
                             wilson_interval(tally.agreements, n), tally.rounds.mean(),
                             tally.nash.mean(), tally.pareto.mean()});
    auto& payoffs = result.payoffs.emplace_back();
    auto& agreed = result.agreed.emplace_back();
    for (std::size_t column = 0; column < many; ++column) {
      const auto& pair = pairs[strategy * many + column];
      payoffs.push_back(pair.payoff.mean());
      agreed.push_back(static_cast<double>(pair.agreements) / static_cast<double>(pair.payoff.n()));
    }
  }
  std::vector<double> p;
  for (std::size_t first = 0; first < many; ++first)
    for (std::size_t second = first + 1; second < many; ++second)
      p.push_back(result.contests.emplace_back(contest(blocks, first, second)).p);
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) result.contests[i].p_holm = adjusted[i];
  return result;
}

}  // namespace tavolo::engine::negotiation
