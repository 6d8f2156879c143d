#include "engine/experiment/settlements.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

/// kind, protocol, design point.
using Key = std::tuple<std::string, std::string, std::size_t>;

/// Values of one run, to be averaged.
struct RunMean {
  double sum = 0;
  int n = 0;
  void add(double value) {
    sum += value;
    ++n;
  }
};
using ByRun = std::map<std::int64_t, RunMean>;

struct Gathered {
  std::size_t held = 0, agreed = 0;
  ByRun rounds, nash, kalai_smorodinsky;
  std::map<std::string, ByRun> terms;
};

Estimate over_runs(const ByRun& runs) {
  std::vector<double> means;
  for (const auto& [run, mean] : runs) means.push_back(mean.sum / mean.n);
  return mean_estimate(means);
}

std::map<Key, Gathered> gather(const StoreReader& store) {
  std::map<Key, Gathered> all;
  Statement negotiation{store.database(),
                        "SELECT r.design_id, n.run_id, n.kind, n.protocol, n.ended, n.rounds, "
                        "n.nash_distance, n.kalai_smorodinsky_distance "
                        "FROM negotiation n JOIN run r USING (run_id) ORDER BY n.run_id, "
                        "n.position"};
  while (negotiation.step()) {
    auto& of_key = all[{negotiation.text(2), negotiation.text(3),
                        static_cast<std::size_t>(negotiation.integer(0) - 1)}];
    const auto run = negotiation.integer(1);
    ++of_key.held;
    of_key.agreed += negotiation.text(4) == "agreed" ? 1 : 0;
    of_key.rounds[run].add(negotiation.real(5));
    if (!negotiation.is_null(6)) of_key.nash[run].add(negotiation.real(6));
    if (!negotiation.is_null(7)) of_key.kalai_smorodinsky[run].add(negotiation.real(7));
  }
  Statement term{store.database(),
                 "SELECT r.design_id, t.run_id, n.kind, n.protocol, t.issue, t.value FROM term t "
                 "JOIN negotiation n USING (run_id, position) JOIN run r USING (run_id) ORDER BY "
                 "t.run_id, t.position, t.issue"};
  while (term.step())
    all[{term.text(2), term.text(3), static_cast<std::size_t>(term.integer(0) - 1)}]
        .terms[term.text(4)][term.integer(1)]
        .add(term.real(5));
  return all;
}

std::string name_of(const Settlement& settlement, const std::vector<std::string>& factors) {
  std::string name = settlement.policy;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const auto dot = factors[f].rfind('.');
    name += " " + factors[f].substr(dot == std::string::npos ? 0 : dot + 1) + "=" +
            settlement.levels[f];
  }
  return name;
}

std::string text_of(const Estimate& estimate) {
  return estimate.n == 0 ? "-" : human(estimate.value, estimate.half_width);
}

}  // namespace

std::vector<Settlement> settlements(const StoreReader& store) {
  std::vector<Settlement> result;
  for (const auto& [key, gathered] : gather(store)) {
    const auto& [kind, protocol, point] = key;
    Settlement settlement;
    settlement.policy = store.points()[point].policy;
    settlement.levels = store.points()[point].levels;
    settlement.kind = kind;
    settlement.protocol = protocol;
    settlement.runs = gathered.rounds.size();
    settlement.held = gathered.held;
    settlement.agreed = gathered.agreed;
    settlement.rounds = over_runs(gathered.rounds);
    settlement.nash_distance = over_runs(gathered.nash);
    settlement.kalai_smorodinsky_distance = over_runs(gathered.kalai_smorodinsky);
    for (const auto& [issue, runs] : gathered.terms)
      settlement.terms.push_back({issue, over_runs(runs)});
    result.push_back(std::move(settlement));
  }
  return result;
}

std::string settlements_text(const StoreReader& store) {
  std::string text;
  const auto all = settlements(store);
  for (std::size_t first = 0; first < all.size();) {
    std::size_t last = first;
    std::vector<std::string> issues;
    for (; last < all.size() && all[last].kind == all[first].kind &&
           all[last].protocol == all[first].protocol;
         ++last)
      for (const auto& term : all[last].terms)
        if (std::find(issues.begin(), issues.end(), term.issue) == issues.end())
          issues.push_back(term.issue);
    std::vector<std::string> heading{"policy", "held", "agreed", "rounds", "to Nash", "to K.-S."};
    heading.insert(heading.end(), issues.begin(), issues.end());
    std::vector<std::vector<std::string>> rows{heading};
    for (std::size_t i = first; i < last; ++i) {
      const auto& s = all[i];
      std::vector<std::string> row{
          name_of(s, store.factors()),
          human(static_cast<double>(s.held)),
          human(100.0 * static_cast<double>(s.agreed) / static_cast<double>(s.held), 3) + " %",
          text_of(s.rounds),
          text_of(s.nash_distance),
          text_of(s.kalai_smorodinsky_distance)};
      for (const auto& issue : issues) {
        std::string value = "-";
        for (const auto& term : s.terms)
          if (term.issue == issue) value = text_of(term.value);
        row.push_back(value);
      }
      rows.push_back(std::move(row));
    }
    text += (text.empty() ? "" : "\n") + all[first].kind + ", " + all[first].protocol + "\n" +
            aligned(rows);
    first = last;
  }
  return text;
}

std::string settlements_json(const StoreReader& store) {
  const auto estimate = [](const Estimate& e) {
    return "{\"runs\": " + std::to_string(e.n) + ", \"value\": " + json_number(e.value) +
           ", \"low\": " + json_number(e.value - e.half_width) +
           ", \"high\": " + json_number(e.value + e.half_width) + "}";
  };
  std::string text = "[";
  bool first = true;
  for (const auto& s : settlements(store)) {
    text += (first ? "" : ",") + std::string{"\n    {\"kind\": "} + json_string(s.kind) +
            ", \"protocol\": " + json_string(s.protocol) +
            ", \"policy\": " + json_string(s.policy) + ", \"factors\": {";
    for (std::size_t f = 0; f < store.factors().size(); ++f)
      text +=
          (f > 0 ? ", " : "") + json_string(store.factors()[f]) + ": " + json_string(s.levels[f]);
    text += "}, \"held\": " + std::to_string(s.held) + ", \"agreed\": " + std::to_string(s.agreed) +
            ", \"runs\": " + std::to_string(s.runs) + ", \"rounds\": " + estimate(s.rounds) +
            ", \"nash_distance\": " + estimate(s.nash_distance) +
            ", \"kalai_smorodinsky_distance\": " + estimate(s.kalai_smorodinsky_distance) +
            ", \"terms\": {";
    for (std::size_t t = 0; t < s.terms.size(); ++t)
      text +=
          (t > 0 ? ", " : "") + json_string(s.terms[t].issue) + ": " + estimate(s.terms[t].value);
    text += "}}";
    first = false;
  }
  return text + "\n  ]";
}

}  // namespace tavolo::engine
