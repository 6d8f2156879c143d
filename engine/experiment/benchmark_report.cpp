#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/experiment/benchmark.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Json = nlohmann::ordered_json;

std::string percent(double share) {
  if (std::abs(share) < 1e-6) share = 0;  // rounding of a difference of volumes
  return human(100 * share, share < 0.0995 ? 2 : 3) + " %";
}

std::string range(const Interval& interval) {
  return human(interval.low, 3) + " .. " + human(interval.high, 3);
}

std::string named(const Response& response) {
  return response.label + (response.unit.empty() ? "" : " [" + response.unit + "]");
}

bool clear(const Estimate& estimate) {
  return std::abs(estimate.value) > estimate.half_width && estimate.value != 0;
}

std::string difference(const Estimate& estimate) {
  return (estimate.value > 0 ? "+" : "") + human(estimate.value, estimate.half_width) +
         (clear(estimate) ? " !" : "  ");
}

std::string underlined(const std::string& title) {
  return "\n" + title + "\n" + std::string(shown_width(title), '=') + "\n\n";
}

std::string list(const std::vector<std::string>& words, const char* none = "none") {
  if (words.empty()) return none;
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i > 0 ? ", " : "") + words[i];
  return text;
}

std::string standing(const Interval& from_best) {
  if (from_best.low >= 0) return "best";
  return from_best.high > 0 ? "may be best" : "not best";
}

std::string zone(const Selection& selection, std::size_t strategy) {
  if (selection.best == strategy) return "selected";
  const auto& left = selection.survivors;
  const bool stays = std::find(left.begin(), left.end(), strategy) != left.end();
  return stays ? "left" : "out after " + std::to_string(selection.observations[strategy]);
}

std::string future_name(const Futures& futures, std::size_t future) {
  std::string text;
  for (std::size_t f = 0; f < futures.factors.size(); ++f) {
    bool varies = false;
    for (const auto& levels : futures.levels)
      varies = varies || levels[f] != futures.levels.front()[f];
    if (!varies) continue;
    text += (text.empty() ? "" : ", ") + futures.factors[f] + " " + futures.levels[future][f];
  }
  return text.empty() ? "the only one" : text;
}

/// Which objectives a strategy moves, beside `except`.
std::string moves(const Benchmark& b, std::size_t strategy, const ObjectiveResult& except) {
  std::vector<std::string> words;
  for (const auto& other : b.objectives)
    if (&other != &except && clear(other.difference[strategy])) {
      const auto& d = other.difference[strategy];
      words.push_back(other.response.label + " " + (d.value > 0 ? "+" : "") +
                      human(d.value, d.half_width) + " " + other.response.unit);
    }
  return list(words, "nothing else that is beyond chance");
}

std::string in_short(const Benchmark& b) {
  std::string text = underlined("In short");
  for (const auto& o : b.objectives) {
    const auto best = static_cast<std::size_t>(o.best());
    const auto& names = b.futures.strategies;
    text += o.response.label + " (" + (o.direction == Direction::kMax ? "most" : "least") +
            " is best): " + names[best] + ", " +
            human(o.level[best].value, o.level[best].half_width) + " " + o.response.unit + ".\n";
    if (best != b.baseline)
      text += "  From " + names[b.baseline] + ": " + difference(o.difference[best]) +
              "; with it go " + moves(b, best, o) + ".\n";
    else
      text += "  It is the baseline: no strategy does better in the mean.\n";
    std::vector<std::string> rivals;
    for (std::size_t s = 0; s < names.size(); ++s)
      if (s != best && standing(o.from_best[s]) != "not best") rivals.push_back(names[s]);
    text += "  How sure: best in " + percent(o.probability_best[best]) +
            " of bootstrap samples; at 95 % it cannot be told from " + list(rivals, "no other") +
            ".\n";
    if (o.selection) {
      text += "  Where less than " + human(o.asked.indifference) + " " + o.response.unit +
              " does not matter: ";
      if (o.selection->best) {
        text += names[*o.selection->best] + " is selected (95 %).\n";
      } else {
        std::vector<std::string> left;
        for (const std::size_t s : o.selection->survivors) left.push_back(names[s]);
        text += "these futures do not decide between " + list(left) + ".\n";
      }
    }
  }
  return text;
}

std::string objective_table(const Benchmark& b, const ObjectiveResult& o) {
  std::string text =
      underlined(named(o.response) +
                 (o.direction == Direction::kMax ? ", more is better" : ", less is better"));
  Rows rows{{"strategy", "mean", "from baseline", "p (Holm)", "correlation", "variance ÷",
             "equal to runs", "from the best", "chance best", "verdict"}};
  if (o.selection) rows[0].push_back("zone");
  for (std::size_t s = 0; s < o.level.size(); ++s) {
    const bool base = s == b.baseline;
    rows.push_back({b.futures.strategies[s] + (base ? " *" : ""),
                    human(o.level[s].value, o.level[s].half_width),
                    base ? "" : difference(o.difference[s]),
                    base                   ? ""
                    : o.p_value[s] < 0.001 ? "< 0.001"
                                           : human(o.p_value[s], 2),
                    base ? "" : human(o.pairing[s].correlation, 2),
                    base ? "" : human(o.pairing[s].variance_reduction, 2),
                    base ? "" : human(o.pairing[s].equivalent_runs, 3), range(o.from_best[s]),
                    percent(o.probability_best[s]), standing(o.from_best[s])});
    if (o.selection) rows.back().push_back(zone(*o.selection, s));
  }
  return text + aligned(rows);
}

/// A table's first column beside a few of its others at a time.
std::string in_parts(const Rows& rows, std::size_t columns) {
  std::string text;
  for (std::size_t first = 1; first < rows.front().size(); first += columns) {
    Rows part;
    for (const auto& row : rows) {
      part.push_back({row.front()});
      for (std::size_t c = first; c < std::min(first + columns, row.size()); ++c)
        part.back().push_back(row[c]);
    }
    text += (text.empty() ? "" : "\n") + aligned(part);
  }
  return text;
}

std::string brief(const RobustnessMetric& metric) {
  if (metric.t1 == RobustnessMetric::T1::kSatisficing) return ">= " + human(metric.threshold);
  static const std::vector<std::pair<std::string, std::string>> names{
      {"minimax_regret", "regret"},  {"regret_90", "regret 90"},
      {"mean_variance", "mean-var"}, {"undesirable_deviations", "undesir."},
      {"skewness", "skew"},          {"peakedness", "peak"}};
  for (const auto& [id, name] : names)
    if (id == metric.id) return name;
  return metric.id;
}

std::string robustness_values(const Benchmark& b, const ObjectiveResult& o) {
  Rows rows{{"strategy"}};
  for (const auto& r : o.robustness)
    rows[0].push_back(r.metric.name + (r.metric.larger_is_better(o.direction) ? " ↑" : " ↓"));
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s) {
    rows.push_back({b.futures.strategies[s]});
    for (const auto& r : o.robustness)
      rows.back().push_back(human(r.value[s], 3) + " (" + range(r.interval[s]) + ")");
  }
  return in_parts(rows, 3);
}

std::string rank_table(const Benchmark& b, const ObjectiveResult& o) {
  Rows rows{{"strategy"}};
  for (const auto& r : o.robustness) rows[0].push_back(brief(r.metric));
  rows[0].insert(rows[0].end(), {"best", "worst"});
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s) {
    rows.push_back({b.futures.strategies[s]});
    int best = o.robustness.front().rank[s], worst = best;
    for (const auto& r : o.robustness) {
      rows.back().push_back(std::to_string(r.rank[s]));
      best = std::min(best, r.rank[s]);
      worst = std::max(worst, r.rank[s]);
    }
    rows.back().insert(rows.back().end(), {std::to_string(best), std::to_string(worst)});
  }
  return aligned(rows);
}

std::string first_by_metric(const Benchmark& b, const ObjectiveResult& o) {
  const auto& laplace = *std::find_if(o.robustness.begin(), o.robustness.end(),
                                      [](const auto& r) { return r.metric.id == "laplace"; });
  Rows rows{{"metric", "first", "in bootstrap", "tau with the mean"}};
  for (const auto& r : o.robustness) {
    std::vector<std::string> first;
    double chance = 0;
    for (std::size_t s = 0; s < r.rank.size(); ++s)
      if (r.rank[s] == 1) {
        first.push_back(b.futures.strategies[s]);
        chance += r.chance_of_first[s];
      }
    rows.push_back({r.metric.name,
                    first.size() > 3 ? std::to_string(first.size()) + " tied" : list(first),
                    percent(chance), human(kendall_tau(laplace.rank, r.rank), 2)});
  }
  return aligned(rows, 2);
}

std::string robustness_text(const Benchmark& b) {
  std::string text;
  for (const auto& o : b.objectives) {
    text += underlined("Robustness: " + named(o.response));
    text +=
        "Ranks by each metric over " + std::to_string(b.futures.levels.size()) +
        " futures (means over luck); where metrics disagree, the choice is one of attitude.\n\n";
    text += rank_table(b, o) + "\n" + first_by_metric(b, o);
    if (&o == &b.objectives.front())
      text += "\nValues with 95 % bootstrap intervals over futures and luck\n\n" +
              robustness_values(b, o);
  }
  return text;
}

std::string regret_text(const Benchmark& b) {
  std::string text = underlined("Regret: what a strategy misses of the best one in each future");
  Rows rows{{"strategy"}};
  for (const auto& o : b.objectives) {
    rows[0].push_back(o.response.label + ": mean");
    rows[0].push_back("most");
  }
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s) {
    rows.push_back({b.futures.strategies[s]});
    for (const auto& o : b.objectives) {
      rows.back().push_back(human(o.regret_mean[s], 3));
      rows.back().push_back(human(o.regret_most[s], 3));
    }
  }
  text += in_parts(rows, 4);
  const auto& o = b.objectives.front();
  text += "\nWhere the regret in " + o.response.label + " is largest\n\n";
  Rows where{{"strategy", "future"}};
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s)
    where.push_back({b.futures.strategies[s], future_name(b.futures, o.regret_future[s])});
  return text + aligned(where, 2);
}

std::string threshold_text(const Benchmark& b) {
  Rows rows{{"strategy"}};
  for (const auto& o : b.objectives)
    for (const double t : o.asked.thresholds)
      rows[0].push_back(o.response.label + (o.direction == Direction::kMax ? " >= " : " <= ") +
                        human(t));
  if (rows[0].size() == 1) return {};
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s) {
    rows.push_back({b.futures.strategies[s]});
    for (const auto& o : b.objectives)
      for (const auto& shares : o.reaches) {
        // Without a hit, or a miss, the analysis of variance has nothing to go by.
        const double value = shares[s].value;
        rows.back().push_back(value == 0 || value == 1
                                  ? (value == 0 ? "none" : "all")
                                  : human(100 * value, 100 * shares[s].half_width) + " %");
      }
  }
  return underlined("Good enough: share of " +
                    std::to_string(b.futures.levels.size() * b.futures.replications) +
                    " runs that reach a threshold") +
         aligned(rows);
}

std::string pareto_text(const Benchmark& b) {
  if (b.objectives.size() < 2) return {};
  std::string text = underlined("Several aims at once");
  text +=
      "Front 1: no other strategy is as good in all aims and better in one, by their means.\n"
      "Contribution: of the hypervolume that all strategies dominate (aims scaled to 0 .. 1), what "
      "is\nlost without this one.\n\n";
  Rows rows{{"strategy", "front", "on front 1 in bootstrap", "contribution"}};
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s)
    rows.push_back({b.futures.strategies[s], std::to_string(b.front[s]),
                    percent(b.chance_of_front[s]),
                    percent(b.hypervolume > 0 ? b.contribution[s] / b.hypervolume : 0)});
  return text + aligned(rows);
}

std::string condition_text(const Benchmark& b) {
  if (b.conditions.empty()) return {};
  const auto& o = b.objectives.front();
  std::string text = underlined("Under which conditions: " + named(o.response));
  Rows rows{{"factor", "level", "best there", "futures", "mean",
             b.futures.strategies[b.baseline] + " *"}};
  for (const auto& c : b.conditions)
    rows.push_back({c.factor, c.level, b.futures.strategies[c.best], std::to_string(c.futures),
                    human(c.mean[c.best], 3), human(c.mean[b.baseline], 3)});
  return text + aligned(rows, 3);
}

std::string stake_text(const Benchmark& b) {
  if (b.stakes.empty()) return {};
  std::string text = underlined("Who pays, who gains");
  text += "Differences from " + b.futures.strategies[b.baseline] +
          ", ± 95 %. + beyond chance to the actor's gain, - to its loss.\n";
  std::vector<std::string> actors;
  for (const auto& stake : b.stakes)
    if (std::find(actors.begin(), actors.end(), stake.stake.actor) == actors.end())
      actors.push_back(stake.stake.actor);
  for (const auto& actor : actors) {
    Rows rows{{actor}};
    for (const auto& stake : b.stakes)
      if (stake.stake.actor == actor)
        rows[0].push_back(named(stake.response) + (stake.stake.gains == "max" ? " ↑" : " ↓"));
    for (std::size_t s = 0; s < b.futures.strategies.size(); ++s) {
      if (s == b.baseline) continue;
      rows.push_back({b.futures.strategies[s]});
      for (const auto& stake : b.stakes) {
        if (stake.stake.actor != actor) continue;
        const auto& d = stake.difference[s];
        const bool gain = (d.value > 0) == (stake.stake.gains == "max");
        rows.back().push_back(human(d.value, d.half_width) + (!clear(d) ? "  "
                                                              : gain    ? " +"
                                                                        : " -"));
      }
    }
    text += "\n" + in_parts(rows, 3);
  }
  return text;
}

std::string reading(const Benchmark& b) {
  return underlined("How to read it") +
         "Intervals are at 95 % and over futures and luck at once: replication r meets the same "
         "luck under\nevery strategy in every future, so the two are crossed (analysis of variance,"
         " Satterthwaite). With " +
         std::to_string(b.futures.replications) +
         "\nreplications the part of luck rests on few draws, and intervals of means are wide for "
         "it; differences,\nin which common luck drops out, are what to look at. ! beyond chance "
         "by itself; p (Holm) allows for\nlooking at all strategies. From the best: simultaneous "
         "intervals of the mean less the best of the\nothers (Hsu's multiple comparisons with the "
         "best; paired, with Bonferroni's margins, for common random\nnumbers), in gains: above 0 "
         "better. Chance best: pigeonhole bootstrap. Zone: Kim-Nelson's indifference\nzone over "
         "the futures in random order, given these draws of luck. Variance ÷: how many independent "
         "runs\none paired run is worth. Futures are what the design lays out, equally weighted: "
         "no forecast.\n";
}

Json json_of(const Estimate& e) {
  return {{"value", e.value}, {"low", e.value - e.half_width}, {"high", e.value + e.half_width}};
}
Json json_of(const Interval& i) { return {{"low", i.low}, {"high", i.high}}; }

Json objective_json(const Benchmark& b, const ObjectiveResult& o) {
  Json strategies = Json::object();
  for (std::size_t s = 0; s < o.level.size(); ++s) {
    Json entry{{"mean", json_of(o.level[s])},
               {"difference", json_of(o.difference[s])},
               {"p_holm", o.p_value[s]},
               {"correlation", o.pairing[s].correlation},
               {"variance_reduction", o.pairing[s].variance_reduction},
               {"equivalent_runs", o.pairing[s].equivalent_runs},
               {"from_best", json_of(o.from_best[s])},
               {"verdict", standing(o.from_best[s])},
               {"probability_best", o.probability_best[s]},
               {"regret_mean", o.regret_mean[s]},
               {"regret_most", o.regret_most[s]}};
    if (o.selection) entry["indifference_zone"] = zone(*o.selection, s);
    Json robustness = Json::object();
    for (const auto& r : o.robustness)
      robustness[r.metric.id] = {{"value", r.value[s]},
                                 {"low", r.interval[s].low},
                                 {"high", r.interval[s].high},
                                 {"rank", r.rank[s]},
                                 {"chance_of_first", r.chance_of_first[s]}};
    entry["robustness"] = std::move(robustness);
    Json reaches = Json::array();
    for (std::size_t t = 0; t < o.reaches.size(); ++t) {
      Json share = json_of(o.reaches[t][s]);
      share["threshold"] = o.asked.thresholds[t];
      reaches.push_back(std::move(share));
    }
    entry["reaches"] = std::move(reaches);
    strategies[b.futures.strategies[s]] = std::move(entry);
  }
  return {{"id", o.response.id},
          {"label", o.response.label},
          {"unit", o.response.unit},
          {"better", o.response.better},
          {"indifference", o.asked.indifference},
          {"best", b.futures.strategies[static_cast<std::size_t>(o.best())]},
          {"strategies", std::move(strategies)}};
}

}  // namespace

std::string benchmark_text(const Benchmark& b, BenchmarkPart part) {
  std::string text = b.question.empty() ? std::string{} : b.question + "\n\n";
  text += std::to_string(b.futures.strategies.size()) + " strategies x " +
          std::to_string(b.futures.levels.size()) + " futures x " +
          std::to_string(b.futures.replications) + " replications; * baseline";
  if (b.futures.left_out > 0)
    text += "; " + std::to_string(b.futures.left_out) +
            " futures left out, for runs that are missing or failed";
  text += ".\n";
  if (part != BenchmarkPart::kRobustness) {
    text += in_short(b);
    for (const auto& objective : b.objectives) text += objective_table(b, objective);
  }
  if (part == BenchmarkPart::kAll)
    text += threshold_text(b) + condition_text(b) + stake_text(b) + pareto_text(b);
  if (part != BenchmarkPart::kSelection) text += regret_text(b) + robustness_text(b);
  return text + reading(b);
}

std::string benchmark_json(const Benchmark& b) {
  Json objectives = Json::array(), stakes = Json::array(), conditions = Json::array(),
       front = Json::object();
  for (const auto& objective : b.objectives) objectives.push_back(objective_json(b, objective));
  for (const auto& stake : b.stakes) {
    Json differences = Json::object();
    for (std::size_t s = 0; s < b.futures.strategies.size(); ++s)
      differences[b.futures.strategies[s]] = json_of(stake.difference[s]);
    stakes.push_back({{"actor", stake.stake.actor},
                      {"response", stake.response.id},
                      {"unit", stake.response.unit},
                      {"gains", stake.stake.gains},
                      {"difference", std::move(differences)}});
  }
  for (const auto& c : b.conditions)
    conditions.push_back({{"factor", c.factor},
                          {"level", c.level},
                          {"futures", c.futures},
                          {"best", b.futures.strategies[c.best]},
                          {"mean", c.mean}});
  for (std::size_t s = 0; s < b.futures.strategies.size(); ++s)
    front[b.futures.strategies[s]] = {{"front", b.front[s]},
                                      {"chance_of_front_1", b.chance_of_front[s]},
                                      {"hypervolume_contribution", b.contribution[s]}};
  const Json all{{"question", b.question},
                 {"strategies", b.futures.strategies},
                 {"baseline", b.futures.strategies[b.baseline]},
                 {"futures", b.futures.levels.size()},
                 {"replications", b.futures.replications},
                 {"futures_left_out", b.futures.left_out},
                 {"level_of_confidence", kConfidence},
                 {"objectives", std::move(objectives)},
                 {"stakes", std::move(stakes)},
                 {"conditions", std::move(conditions)},
                 {"pareto", std::move(front)},
                 {"hypervolume", b.hypervolume}};
  return all.dump(2) + "\n";
}

}  // namespace tavolo::engine
