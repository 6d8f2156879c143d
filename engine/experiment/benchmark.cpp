#include "engine/experiment/benchmark.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <set>

#include "engine/experiment/comparison.h"
#include "engine/experiment/table.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Of the bootstrap and of the order in which futures are met: a report is a function of its store.
constexpr std::uint64_t kSeed = 1;

enum class Order : std::uint32_t { kFutures = 3 };

const std::vector<Field<Suite>>& suite_fields() {
  static const std::vector<Field<Suite>> fields{{.key = "experiment",
                                                 .member = &Suite::experiment,
                                                 .unit = "",
                                                 .meaning = "its file, relative to the suite"}};
  return fields;
}

const std::vector<Field<Suite::Objective>>& objective_fields() {
  using Row = Suite::Objective;
  static const std::vector<Field<Row>> fields{
      {.key = "id", .member = &Row::id, .unit = "", .meaning = "a response with a direction"},
      {.key = "indifference",
       .member = &Row::indifference,
       .unit = "of the response",
       .meaning = "strategies this close need not be told apart",
       .range = {0, std::numeric_limits<double>::infinity()},
       .required = false},
      {.key = "thresholds",
       .member = &Row::thresholds,
       .unit = "of the response",
       .meaning = "what is good enough",
       .required = false},
  };
  return fields;
}

const std::vector<Field<Suite::Stake>>& stake_fields() {
  using Row = Suite::Stake;
  static const std::vector<Field<Row>> fields{
      {.key = "id", .member = &Row::id, .unit = "", .meaning = "of the row"},
      {.key = "actor", .member = &Row::actor, .unit = "", .meaning = "who has a stake"},
      {.key = "response", .member = &Row::response, .unit = "", .meaning = "in what"},
      {.key = "gains",
       .member = &Row::gains,
       .unit = "",
       .meaning = "whether the actor gains when it grows or falls",
       .one_of = {"max", "min"}},
  };
  return fields;
}

const Response& response_of(const Experiment& experiment, const std::string& id,
                            const std::string& path) {
  std::vector<std::string_view> known;
  for (const auto& response : experiment.responses) {
    if (response.id == id && response.kind != "ratio") return response;
    if (response.kind != "ratio") known.push_back(response.id);
  }
  const std::string near = nearest(id, known);
  throw InputError{
      "response \"" + id + "\" is not in " + path + ".",
      "A suite asks for responses of its experiment, other than ratios.",
      near.empty() ? "Add it to the experiment's responses." : "Did you mean \"" + near + "\"?"};
}

/// Futures in an order that has nothing to do with their levels, as a sequential procedure meets
/// them.
std::vector<std::size_t> shuffled(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Draws draws = Streams{kSeed, 0}(Order::kFutures, 0);
  for (std::size_t i = n; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(draws.uniform() * double(i))]);
  return order;
}

void compare_with_baseline(ObjectiveResult& result, const Outcomes& outcomes,
                           std::size_t baseline) {
  std::vector<double> raw;
  for (std::size_t s = 0; s < outcomes.strategies; ++s) {
    const auto values = outcomes.of(s), base = outcomes.of(baseline);
    const auto level = crossed_mean(values, outcomes.futures, outcomes.replications);
    const auto d = crossed_difference(values, base, outcomes.futures, outcomes.replications);
    result.level.push_back(level.estimate());
    result.difference.push_back(d.estimate());
    result.pairing.push_back(
        s == baseline ? Pairing{kNaN, kNaN, kNaN}
                      : crossed_pairing(values, base, outcomes.futures, outcomes.replications));
    if (s == baseline) continue;
    if (d.standard_error > 0 && d.degrees >= 1)
      raw.push_back(2 *
                    boost::math::cdf(boost::math::complement(
                        boost::math::students_t{d.degrees}, std::abs(d.value) / d.standard_error)));
    else
      raw.push_back(d.value == 0 ? 1 : 0);
  }
  result.p_value = holm(raw);
  result.p_value.insert(result.p_value.begin() + static_cast<std::ptrdiff_t>(baseline), kNaN);
}

void select(ObjectiveResult& result, const Outcomes& better) {
  result.from_best = multiple_comparisons_with_best(mcb_table(better));
  result.probability_best = probability_best(better, kSeed);
  if (!(result.asked.indifference > 0)) return;
  const auto table = by_future(better);
  const auto order = shuffled(better.futures);
  result.selection =
      kim_nelson([&](std::size_t strategy, std::size_t n) { return table[strategy][order[n]]; },
                 better.strategies, {.delta = result.asked.indifference, .most = better.futures});
}

void regrets(ObjectiveResult& result, const Outcomes& outcomes) {
  for (const auto& row : regret(by_future(outcomes), result.direction)) {
    const auto most = std::max_element(row.begin(), row.end());
    result.regret_mean.push_back(mean(row));
    result.regret_most.push_back(*most);
    result.regret_future.push_back(static_cast<std::size_t>(most - row.begin()));
  }
}

void thresholds(ObjectiveResult& result, const Outcomes& outcomes) {
  const double sign = result.direction == Direction::kMax ? 1 : -1;
  for (const double threshold : result.asked.thresholds) {
    std::vector<Estimate> shares;
    Outcomes hits = outcomes;
    for (double& v : hits.values) v = sign * v >= sign * threshold ? 1 : 0;
    for (std::size_t s = 0; s < hits.strategies; ++s)
      shares.push_back(crossed_mean(hits.of(s), hits.futures, hits.replications).estimate());
    result.reaches.push_back(std::move(shares));
  }
}

/// Mean objectives by strategy, more is better, scaled to 0 … 1 between the worst and the best.
Performance scaled(Performance points) {
  if (points.empty()) return points;
  for (std::size_t o = 0; o < points.front().size(); ++o) {
    double low = points[0][o], high = points[0][o];
    for (const auto& p : points) {
      low = std::min(low, p[o]);
      high = std::max(high, p[o]);
    }
    for (auto& p : points) p[o] = high > low ? (p[o] - low) / (high - low) : 1;
  }
  return points;
}

Performance means(const std::vector<Outcomes>& objectives) {
  Performance points(objectives.front().strategies);
  for (const auto& outcomes : objectives)
    for (std::size_t s = 0; s < points.size(); ++s) points[s].push_back(mean(outcomes.of(s)));
  return points;
}

void weigh(Benchmark& b, const std::vector<Outcomes>& better, std::size_t draws) {
  const Performance points = means(better);
  b.front = non_dominated_fronts(points);
  b.chance_of_front.assign(points.size(), 0);
  std::vector<Outcomes> sample(better.size());
  for (std::size_t draw = 0; draw < draws; ++draw) {
    // The same futures and luck in all objectives.
    for (std::size_t o = 0; o < better.size(); ++o) sample[o] = resampled(better[o], kSeed, draw);
    const auto front = non_dominated_fronts(means(sample));
    for (std::size_t s = 0; s < points.size(); ++s)
      if (front[s] == 1) b.chance_of_front[s] += 1 / static_cast<double>(draws);
  }
  const Performance unit = scaled(points);
  // Just below 0, so that the worst in one objective still counts for its others.
  const std::vector<double> reference(better.size(), -0.1);
  b.hypervolume = hypervolume(unit, reference);
  for (std::size_t s = 0; s < unit.size(); ++s) {
    Performance others = unit;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(s));
    b.contribution.push_back(b.hypervolume - hypervolume(others, reference));
  }
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Groups of futures by one factor: its levels when they are few, else below and above its median.
std::vector<std::pair<std::string, std::vector<std::size_t>>> groups(const Futures& futures,
                                                                     std::size_t factor) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> result;
  std::set<std::string> distinct;
  for (const auto& levels : futures.levels) distinct.insert(levels[factor]);
  if (distinct.size() < 2) return result;
  constexpr std::size_t kFew = 4;
  if (distinct.size() <= kFew) {
    for (const auto& level : distinct) {
      result.push_back({level, {}});
      for (std::size_t f = 0; f < futures.levels.size(); ++f)
        if (futures.levels[f][factor] == level) result.back().second.push_back(f);
    }
    return result;
  }
  std::vector<double> values;
  for (const auto& levels : futures.levels) {
    const auto value = number(levels[factor]);
    if (!value) return result;
    values.push_back(*value);
  }
  const double median = quantile(values, 0.5);
  result = {{"below " + human(median, 3), {}}, {human(median, 3) + " or more", {}}};
  for (std::size_t f = 0; f < values.size(); ++f)
    result[values[f] < median ? 0 : 1].second.push_back(f);
  return result;
}

void conditions(Benchmark& b, const Outcomes& outcomes, Direction direction) {
  const auto table = by_future(outcomes);
  const double sign = direction == Direction::kMax ? 1 : -1;
  for (std::size_t factor = 0; factor < b.futures.factors.size(); ++factor)
    for (const auto& [level, members] : groups(b.futures, factor)) {
      Condition condition{b.futures.factors[factor], level, members.size(), {}, 0};
      for (const auto& row : table) {
        double sum = 0;
        for (const std::size_t f : members) sum += row[f];
        condition.mean.push_back(sum / static_cast<double>(members.size()));
      }
      for (std::size_t s = 0; s < table.size(); ++s)
        if (sign * condition.mean[s] > sign * condition.mean[condition.best]) condition.best = s;
      b.conditions.push_back(std::move(condition));
    }
}

}  // namespace

int ObjectiveResult::best() const {
  const double sign = direction == Direction::kMax ? 1 : -1;
  std::size_t best = 0;
  for (std::size_t s = 0; s < level.size(); ++s)
    if (sign * level[s].value > sign * level[best].value) best = s;
  return static_cast<int>(best);
}

Suite read_suite(const std::string& file) {
  Problems problems;
  const auto config = Config::load(file, problems);
  problems.throw_if_any();
  constexpr std::array<std::string_view, 3> kKnown{"experiment", "objectives", "stakes"};
  config.refuse_unknown(kKnown, problems);
  auto suite = engine::read_section<Suite>(config, "", std::span{suite_fields()}, problems);
  suite.objectives =
      read_rows<Suite::Objective>(config, "objectives", std::span{objective_fields()}, problems);
  suite.stakes = read_rows<Suite::Stake>(config, "stakes", std::span{stake_fields()}, problems);
  if (suite.objectives.empty())
    problems.add({file, 0}, "There are no objectives.", "Strategies are compared by them.",
                 "Add rows: objectives = [ { id = \"jobs_2030\", indifference = 500 } ]");
  problems.throw_if_any();
  suite.experiment =
      (std::filesystem::path{file}.parent_path() / suite.experiment).lexically_normal().string();
  return suite;
}

Suite suite_of(const StoreReader& store) {
  Suite suite;
  for (const auto& response : objectives_of(store))
    if (response.kind != "probability") suite.objectives.push_back({response.id, 0, {}});
  if (suite.objectives.empty())
    throw InputError{"No response of " + store.path() + " says what is better.",
                     "Strategies are compared by what is to be large or small.",
                     "Add better = \"max\" or better = \"min\" to responses of the experiment and "
                     "give its sweep again: nothing is run twice."};
  return suite;
}

Benchmark benchmark(const StoreReader& store, const Suite& suite, std::size_t draws) {
  const Experiment experiment = question_of(store);
  Benchmark b;
  b.question = experiment.question;
  b.futures = read_futures(store);
  const auto& strategies = b.futures.strategies;
  // Of an experiment whose baseline is a factor's level, differences are from its first policy.
  const auto base = std::find(strategies.begin(), strategies.end(), experiment.baseline);
  b.baseline = base == strategies.end() ? 0 : static_cast<std::size_t>(base - strategies.begin());

  std::vector<Outcomes> better;
  for (const auto& asked : suite.objectives) {
    ObjectiveResult result;
    result.response = response_of(experiment, asked.id, store.path());
    if (result.response.better.empty())
      throw InputError{"response \"" + asked.id + "\" does not say what is better.",
                       "An objective needs a direction.",
                       "Add better = \"max\" or better = \"min\" to its row."};
    result.asked = asked;
    result.direction = result.response.better == "max" ? Direction::kMax : Direction::kMin;
    const Outcomes outcomes = read_outcomes(store, b.futures, result.response);
    better.push_back(result.direction == Direction::kMax ? outcomes : negated(outcomes));
    compare_with_baseline(result, outcomes, b.baseline);
    select(result, better.back());
    const auto metrics = robustness_metrics(asked.thresholds);
    result.robustness = robustness_of(outcomes, result.direction, metrics, kSeed, draws);
    regrets(result, outcomes);
    thresholds(result, outcomes);
    if (b.objectives.empty()) conditions(b, outcomes, result.direction);
    b.objectives.push_back(std::move(result));
  }
  weigh(b, better, draws);
  for (const auto& stake : suite.stakes) {
    StakeResult result{stake, response_of(experiment, stake.response, store.path()), {}};
    const Outcomes outcomes = read_outcomes(store, b.futures, result.response);
    for (std::size_t s = 0; s < outcomes.strategies; ++s)
      result.difference.push_back(crossed_difference(outcomes.of(s), outcomes.of(b.baseline),
                                                     outcomes.futures, outcomes.replications)
                                      .estimate());
    b.stakes.push_back(std::move(result));
  }
  return b;
}

}  // namespace tavolo::engine
