#include "engine/models/lake.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::engine {

std::vector<Field<Lake::Parameters>> Lake::fields() {
  using P = Parameters;
  constexpr Range kWeight{0, 1}, kRelease{0, 0.1}, kAny{-10, 10};
  static const std::vector<Field<P>> list{{.key = "b",
                                           .member = &P::b,
                                           .unit = "1/year",
                                           .meaning = "loss of phosphorus",
                                           .range = kWeight},
                                          {.key = "q",
                                           .member = &P::q,
                                           .unit = "1",
                                           .meaning = "steepness of recycling",
                                           .range = {1, 10}},
                                          {.key = "mean",
                                           .member = &P::mean,
                                           .unit = "1/year",
                                           .meaning = "natural inflow",
                                           .range = {1e-9, 1}},
                                          {.key = "stdev",
                                           .member = &P::stdev,
                                           .unit = "1/year",
                                           .meaning = "standard deviation of the natural inflow",
                                           .range = {0, 1}},
                                          {.key = "delta",
                                           .member = &P::delta,
                                           .unit = "0..1",
                                           .meaning = "discount a year",
                                           .range = kWeight},
                                          {.key = "alpha",
                                           .member = &P::alpha,
                                           .unit = "1",
                                           .meaning = "benefit of a unit released",
                                           .range = {0, 1e9}},
                                          {.key = "start",
                                           .member = &P::start,
                                           .unit = "1",
                                           .meaning = "phosphorus at first",
                                           .range = {0, 100}},
                                          {.key = "release",
                                           .member = &P::release,
                                           .unit = "1/year",
                                           .meaning = "under the policy constant",
                                           .range = kRelease},
                                          {.key = "c1",
                                           .member = &P::c1,
                                           .unit = "1",
                                           .meaning = "centre 1 of adaptive",
                                           .range = kAny},
                                          {.key = "r1",
                                           .member = &P::r1,
                                           .unit = "1",
                                           .meaning = "radius 1 of adaptive",
                                           .range = {1e-6, 10}},
                                          {.key = "w1",
                                           .member = &P::w1,
                                           .unit = "0..1",
                                           .meaning = "weight of the first",
                                           .range = kWeight},
                                          {.key = "c2",
                                           .member = &P::c2,
                                           .unit = "1",
                                           .meaning = "centre 2 of adaptive",
                                           .range = kAny},
                                          {.key = "r2",
                                           .member = &P::r2,
                                           .unit = "1",
                                           .meaning = "radius 2 of adaptive",
                                           .range = {1e-6, 10}},
                                          {.key = "years",
                                           .member = &P::years,
                                           .unit = "years",
                                           .meaning = "simulated",
                                           .range = {2, 9999}}};
  return list;
}

std::vector<std::string> Lake::policies() { return {"none", "constant", "adaptive"}; }

std::vector<Indicator> Lake::indicators(const Parameters&) {
  return {{"phosphorus", "1", "in the lake at the end of the year"},
          {"most_phosphorus", "1", "largest so far"},
          {"release", "1/year", "by the town"},
          {"utility", "1", "discounted benefit so far"},
          {"reliable", "0..1", "1 when the lake is below its threshold"},
          {"inertia", "0..1", "1 when the release changed by less than 0.02"}};
}

double Lake::threshold(double b, double q) {
  const auto excess = [&](double x) { return std::pow(x, q) / (1 + std::pow(x, q)) - b * x; };
  constexpr double kStep = 1e-3, kMost = 20;  // recycling is below 1 and b kMost above it
  double low = 1e-9;
  for (double x = kStep; x < kMost; x += kStep, low = x - kStep) {
    if (excess(x) <= 0) continue;
    double high = x;
    for (int i = 0; i < 80; ++i) {
      const double middle = 0.5 * (low + high);
      (excess(middle) > 0 ? high : low) = middle;
    }
    return high;
  }
  return std::numeric_limits<double>::infinity();
}

Record Lake::run(const Parameters& p, const std::string& policy, std::uint64_t seed,
                 std::uint64_t replication) {
  enum class Luck { kInflow = 1 };
  const Streams luck{seed, replication};
  const double limit = threshold(p.b, p.q);
  const double spread = std::log1p(p.stdev * p.stdev / (p.mean * p.mean));
  const double location = std::log(p.mean) - spread / 2;
  const auto release_at = [&](double x) {
    if (policy == "none") return 0.0;
    if (policy == "constant") return p.release;
    const auto cubic = [x](double c, double r) { return std::pow(std::abs((x - c) / r), 3); };
    return std::clamp(p.w1 * cubic(p.c1, p.r1) + (1 - p.w1) * cubic(p.c2, p.r2), 0.01, 0.1);
  };
  Record record;
  double x = p.start, most = 0, utility = 0, discount = 1, before = release_at(x);
  for (int year = 1; year <= p.years; ++year) {
    const double release = release_at(x);
    const double recycled = std::pow(x, p.q) / (1 + std::pow(x, p.q));
    const double inflow = std::exp(
        location +
        luck(Luck::kInflow, static_cast<std::uint64_t>(year)).normal(0, std::sqrt(spread)));
    x += release + recycled - p.b * x + inflow;
    most = std::max(most, x);
    utility += p.alpha * release * discount;
    discount *= p.delta;
    record.years.push_back(year);
    record.values.insert(record.values.end(), {x, most, release, utility, x < limit ? 1.0 : 0.0,
                                               std::abs(release - before) < 0.02 ? 1.0 : 0.0});
    before = release;
  }
  Fingerprint print;
  print.add(record.values);
  record.fingerprint = print.value();
  return record;
}

const char* Lake::experiment() {
  return R"toml(question = "How much may a town release before its lake turns?"
model = "lake"
rank_by = "reliability"
responses = [
  { id = "reliability", kind = "mean", indicator = "reliable", from = 1, to = 100, better = "max" },
  { id = "utility", indicator = "utility", year = 100, better = "max" },
  { id = "phosphorus", indicator = "most_phosphorus", year = 100, better = "min" },
]
[design]
kind = "sobol"
n = 256
policies = ["none", "constant", "adaptive"]
baseline = "none"
replications = 10
seed = 1
[factors]
b = { dist = "uniform(0.1, 0.45)", unit = "1/year" }
q = { dist = "uniform(2, 4.5)", unit = "1" }
mean = { dist = "uniform(0.01, 0.05)", unit = "1/year" }
stdev = { dist = "uniform(0.001, 0.005)", unit = "1/year" }
delta = { dist = "uniform(0.93, 0.99)", unit = "0..1" }
)toml";
}

}  // namespace tavolo::engine
