#include "engine/experiment/comparison.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "engine/experiment/outcomes.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr Estimate kNoEstimate{0, kNaN, kNaN};
constexpr PairedDifference kNoDifference{kNoEstimate, kNaN, kNaN};

/// While it lives, every query sees the same runs, also when a sweep is writing more.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_{database} { database_.execute("BEGIN"); }
  ~Snapshot() {
    try {
      database_.execute("ROLLBACK");
    } catch (const DatabaseError&) {
      // SQLite has ended the transaction itself, with an error that is on its way up.
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

/// The response of every run that is done, by replication, for one design point.
using Series = std::map<int, double>;

/// What is compared: the design points of a grid; of samples the policies, each over all of its
/// samples.
struct Groups {
  std::vector<DesignPoint> points;    ///< policies of samples have no levels
  std::vector<std::size_t> of_point;  ///< by design point
};

Groups groups_of(const StoreReader& store) {
  Groups groups;
  for (std::size_t p = 0; p < store.points().size(); ++p) {
    const auto& point = store.points()[p];
    if (!store.by_sample()) {
      groups.points.push_back(point);
      groups.of_point.push_back(p);
      continue;
    }
    const auto known = std::find_if(groups.points.begin(), groups.points.end(),
                                    [&](const auto& g) { return g.policy == point.policy; });
    groups.of_point.push_back(static_cast<std::size_t>(known - groups.points.begin()));
    if (known == groups.points.end()) groups.points.push_back({point.policy, 0, {}, {}});
  }
  return groups;
}

/// A response of one group. Of a grid the replications of its point; of samples, by sample.
struct GroupSeries {
  Series series;
  std::map<std::size_t, Series> by_sample;
};

/// By group. With luck of its own at every point a sample counts once, as the mean of its
/// replications: they share its levels, so they are no independent witnesses.
std::vector<GroupSeries> grouped(const StoreReader& store, const Groups& groups,
                                 std::vector<Series> by_point, bool common_luck) {
  std::vector<GroupSeries> result(groups.points.size());
  for (std::size_t p = 0; p < by_point.size(); ++p) {
    if (by_point[p].empty()) continue;
    auto& group = result[groups.of_point[p]];
    const std::size_t sample = store.points()[p].configuration;
    if (!store.by_sample()) {
      group.series = std::move(by_point[p]);
    } else if (common_luck) {
      group.by_sample[sample] = std::move(by_point[p]);
    } else {
      const Series& runs = by_point[p];
      double sum = 0;
      for (const auto& [replication, value] : runs) sum += value;
      group.series[static_cast<int>(sample)] = sum / static_cast<double>(runs.size());
    }
  }
  return result;
}

/// Samples in which all of `groups` have their first replications, by those: the rectangle that
/// keeps most runs.
struct Rectangle {
  std::size_t futures = 0, replications = 0;
  std::vector<std::vector<double>> values;  ///< by group
};

Rectangle rectangle(const std::vector<const GroupSeries*>& groups) {
  Rectangle result;
  std::map<std::size_t, std::size_t> finished;  // by sample
  for (const auto& [sample, first] : groups.front()->by_sample) {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const auto* group : groups) {
      const auto found = group->by_sample.find(sample);
      std::size_t n = 0;
      if (found != group->by_sample.end())
        for (const auto& [replication, value] : found->second)
          if (replication == static_cast<int>(n)) ++n;
      least = std::min(least, n);
    }
    finished[sample] = least;
  }
  std::map<std::size_t, std::size_t, std::greater<>> samples;  // by their replications
  for (const auto& [sample, n] : finished)
    if (n > 0) ++samples[n];
  std::size_t at_least = 0;
  for (const auto& [n, count] : samples) {
    at_least += count;
    if (at_least * n <= result.futures * result.replications) continue;
    result.futures = at_least;
    result.replications = n;
  }
  for (const auto* group : groups) {
    auto& values = result.values.emplace_back();
    for (const auto& [sample, n] : finished) {
      if (n < result.replications || n == 0) continue;
      auto run = group->by_sample.at(sample).begin();
      for (std::size_t r = 0; r < result.replications; ++r, ++run) values.push_back(run->second);
    }
  }
  return result;
}

std::vector<double> values(const Series& series) {
  std::vector<double> result;
  for (const auto& [replication, value] : series) result.push_back(value);
  return result;
}

/// The replications done at both points.
std::pair<std::vector<double>, std::vector<double>> pairs(const Series& a, const Series& b) {
  std::pair<std::vector<double>, std::vector<double>> result;
  for (const auto& [replication, value] : a)
    if (const auto other = b.find(replication); other != b.end()) {
      result.first.push_back(value);
      result.second.push_back(other->second);
    }
  return result;
}

bool is_count(const Response& response, std::span<const double> all) {
  return response.kind == "probability" && !all.empty() &&
         std::all_of(all.begin(), all.end(), [](double v) { return v == 0 || v == 1; });
}

void set_interval(Cell& cell, const Response& response, std::span<const double> independent) {
  if (is_count(response, independent)) {
    const auto hits =
        static_cast<std::size_t>(std::count(independent.begin(), independent.end(), 1.0));
    cell.interval = wilson_interval(hits, independent.size());
    cell.level.half_width = kNaN;  // the interval is not symmetric
  } else {
    cell.interval = {cell.level.value - cell.level.half_width,
                     cell.level.value + cell.level.half_width};
  }
}

/// Samples crossed with luck: neither are independent witnesses (outcomes.h).
Cell crossed_cell(const Response& response, const GroupSeries& group, const GroupSeries& baseline) {
  const auto own = rectangle({&group});
  Cell cell{kNoEstimate, {kNaN, kNaN}, kNoDifference};
  if (own.futures == 0) return cell;
  cell.level = crossed_mean(own.values[0], own.futures, own.replications).estimate();
  cell.level.n = own.futures;
  // With a single future or draw of luck values are independent, given the other.
  const bool independent = own.futures < 2 || own.replications < 2;
  set_interval(cell, response, independent ? std::span{own.values[0]} : std::span<double>{});
  if (&group == &baseline) return cell;
  const auto both = rectangle({&group, &baseline});
  if (both.futures == 0) return cell;
  const auto &a = both.values[0], &b = both.values[1];
  auto difference = crossed_difference(a, b, both.futures, both.replications).estimate();
  difference.n = both.futures;
  const auto pairing = crossed_pairing(a, b, both.futures, both.replications);
  cell.difference = {difference, pairing.correlation, pairing.variance_reduction};
  cell.equivalent_runs = pairing.equivalent_runs;
  return cell;
}

Cell cell_of(const Response& response, const GroupSeries& group, const GroupSeries& base) {
  if (!group.by_sample.empty()) return crossed_cell(response, group, base);
  const Series &series = group.series, &baseline = base.series;
  const auto all = values(series);
  Cell cell{mean_estimate(all), {kNaN, kNaN}, kNoDifference};
  set_interval(cell, response, all);
  if (&series != &baseline) {
    const auto [treated, untreated] = pairs(series, baseline);
    cell.difference = paired_difference(treated, untreated);
    cell.equivalent_runs = cell.difference.variance_reduction * static_cast<double>(treated.size());
  }
  return cell;
}

/// By design point, the point from which its differences are taken: the same but for its policy, or
/// but for one factor's level.
std::vector<std::size_t> bases_of(const StoreReader& store, const std::vector<DesignPoint>& points,
                                  const std::string& baseline) {
  const auto level = split_baseline(baseline);
  const auto factor = static_cast<std::size_t>(
      std::find(store.factors().begin(), store.factors().end(), level.path) -
      store.factors().begin());
  const auto base_key = [&](const DesignPoint& point) {
    auto levels = point.levels;
    if (level.path.empty()) return std::pair{baseline, levels};
    if (factor < levels.size()) levels[factor] = level.value;
    return std::pair{point.policy, levels};
  };
  std::map<std::pair<std::string, std::vector<std::string>>, std::size_t> row;
  std::vector<std::string> known;
  for (std::size_t p = 0; p < points.size(); ++p) {
    row[{points[p].policy, points[p].levels}] = p;
    known.push_back(points[p].policy);
    for (std::size_t f = 0; f < points[p].levels.size(); ++f)
      known.push_back(store.factors()[f] + "=" + points[p].levels[f]);
  }
  if (std::find(known.begin(), known.end(), baseline) == known.end()) {
    const std::vector<std::string_view> words{known.begin(), known.end()};
    const std::string near = nearest(baseline, words);
    throw InputError{"baseline \"" + baseline + "\" is not in " + store.path() + ".",
                     "Differences are taken from runs of the same store.",
                     near.empty() ? "Name one of its policies, or a factor=level."
                                  : "Did you mean \"" + near + "\"?"};
  }
  std::vector<std::size_t> bases;
  for (const auto& point : points) bases.push_back(row.at(base_key(point)));
  return bases;
}

struct RatioSeries {
  const GroupSeries &numerator, &numerator_baseline, &denominator, &denominator_baseline;
};

/// Over the replications in which all four are known; numerator and denominator come from the same
/// runs, so two of them decide.
Cell ratio_cell(const RatioSeries& s) {
  if (!s.numerator.by_sample.empty()) {
    const auto all =
        rectangle({&s.numerator, &s.numerator_baseline, &s.denominator, &s.denominator_baseline});
    if (all.futures == 0) return {kNoEstimate, {kNaN, kNaN}, kNoDifference};
    std::vector<double> above = all.values[0], below = all.values[2];
    for (std::size_t i = 0; i < above.size(); ++i) {
      above[i] -= all.values[1][i];
      below[i] -= all.values[3][i];
    }
    const Ratio ratio = crossed_ratio(above, below, all.futures, all.replications);
    return {{all.futures, ratio.value, kNaN}, ratio.interval, kNoDifference};
  }
  const Series &over = s.numerator.series, &over_base = s.numerator_baseline.series,
               &under = s.denominator.series, &under_base = s.denominator_baseline.series;
  std::vector<double> above, below;
  for (const auto& [replication, value] : over) {
    const auto a = over_base.find(replication), b = under.find(replication),
               c = under_base.find(replication);
    if (a == over_base.end() || b == under.end() || c == under_base.end()) continue;
    above.push_back(value - a->second);
    below.push_back(b->second - c->second);
  }
  const Ratio ratio = ratio_of_means(above, below);
  return {{ratio.n, ratio.value, kNaN}, ratio.interval, kNoDifference};
}

void count_runs(const StoreReader& store, const Groups& groups,
                std::vector<ComparedPoint>& points) {
  const auto asked = store.asked();
  for (std::size_t p = 0; p < asked.size(); ++p)
    points[groups.of_point[p]].missing += static_cast<std::size_t>(asked[p]);
  Statement query{store.database(),
                  "SELECT design_id, sum(status = 'done'), sum(status <> 'done') FROM run GROUP "
                  "BY design_id"};
  while (query.step()) {
    auto& point = points[groups.of_point[static_cast<std::size_t>(query.integer(0) - 1)]];
    const auto done = static_cast<std::size_t>(query.integer(1));
    const auto failed = static_cast<std::size_t>(query.integer(2));
    point.done += done;
    point.failed += failed;
    // A stage of before may have asked for more than the present rule does.
    point.missing -= std::min(point.missing, done + failed);
  }
}

void rank(Comparison& comparison) {
  const std::size_t response = *comparison.ranked;
  const double sign = comparison.responses[response].better == "min" ? 1 : -1;
  const auto key = [&](const ComparedPoint& point) {
    const double value = point.cells[response].level.value;
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : sign * value;
  };
  std::stable_sort(comparison.points.begin(), comparison.points.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < comparison.points.size(); ++i) {
    auto& point = comparison.points[i];
    if (std::isnan(point.cells[response].level.value)) continue;
    const bool tie = i > 0 && key(comparison.points[i - 1]) == key(point);
    point.rank = tie ? comparison.points[i - 1].rank : static_cast<int>(i) + 1;
  }
}

std::string name_of(const ComparedPoint& point, const std::vector<std::string>& factors) {
  std::string name = point.policy;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const auto dot = factors[f].rfind('.');
    name += " " + factors[f].substr(dot == std::string::npos ? 0 : dot + 1) + "=" + point.levels[f];
  }
  return name;
}

std::string level_text(const Response& response, const Cell& cell) {
  if (cell.level.n == 0) return "-";
  if (response.kind == "ratio" && std::isinf(cell.interval.low))
    return human(cell.level.value, 3) + " (any)";
  if (std::isnan(cell.level.half_width) && !std::isnan(cell.interval.low))
    return human(cell.level.value, 3) + " (" + human(cell.interval.low, 3) + " .. " +
           human(cell.interval.high, 3) + ")";
  return human(cell.level.value, cell.level.half_width);
}

std::string heading(const Response& response) {
  std::string text = response.label;
  if (!response.unit.empty()) text += " [" + response.unit + "]";
  if (response.better == "max") text += " ↑";
  if (response.better == "min") text += " ↓";
  return text;
}

/// The same rows and first columns, as many responses beside them as fit.
std::string in_blocks(const std::vector<std::vector<std::string>>& rows, std::size_t fixed) {
  constexpr std::size_t kWidest = 120;
  const auto width = [&](std::size_t column) {
    std::size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, shown_width(row[column]));
    return widest + 2;
  };
  std::size_t fixed_width = 0;
  for (std::size_t column = 0; column < fixed; ++column) fixed_width += width(column);
  std::string text;
  for (std::size_t first = fixed; first < rows.front().size();) {
    std::size_t last = first, used = fixed_width;
    while (last < rows.front().size() && (last == first || used + width(last) <= kWidest + 2))
      used += width(last++);
    std::vector<std::vector<std::string>> block;
    for (const auto& row : rows) {
      block.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(fixed));
      block.back().insert(block.back().end(), row.begin() + static_cast<std::ptrdiff_t>(first),
                          row.begin() + static_cast<std::ptrdiff_t>(last));
    }
    text += (text.empty() ? "" : "\n") + aligned(block);
    first = last;
  }
  return text;
}

std::string levels_table(const Comparison& c) {
  std::vector<std::vector<std::string>> rows{{"policy", "rank", "runs"}};
  for (const auto& response : c.responses) rows[0].push_back(heading(response));
  for (const auto& point : c.points) {
    rows.push_back({name_of(point, c.factors) + (point.is_baseline ? " *" : ""),
                    point.rank > 0 ? std::to_string(point.rank) : "-", std::to_string(point.done)});
    for (std::size_t r = 0; r < c.responses.size(); ++r)
      rows.back().push_back(level_text(c.responses[r], point.cells[r]));
  }
  return in_blocks(rows, 3);
}

std::string differences_table(const Comparison& c) {
  std::vector<std::size_t> shown;
  for (std::size_t r = 0; r < c.responses.size(); ++r)
    if (c.responses[r].kind != "ratio") shown.push_back(r);
  const bool gain = c.ranked && c.responses[*c.ranked].kind != "ratio";
  std::vector<std::vector<std::string>> rows{{"policy", "pairs"}};
  for (const auto r : shown) rows[0].push_back(heading(c.responses[r]));
  if (gain) {
    rows[0].push_back("correlation");
    rows[0].push_back("variance ÷");
    rows[0].push_back("equal to");
  }
  for (const auto& point : c.points) {
    if (point.is_baseline) continue;
    std::size_t n = 0;
    for (const auto r : shown) n = std::max(n, point.cells[r].difference.difference.n);
    rows.push_back({name_of(point, c.factors), std::to_string(n)});
    for (const auto r : shown) {
      const Estimate& estimate = point.cells[r].difference.difference;
      const bool clear = std::abs(estimate.value) > estimate.half_width;
      rows.back().push_back(human(estimate.value, estimate.half_width) + (clear ? " !" : "  "));
    }
    if (gain) {
      const auto& difference = point.cells[*c.ranked].difference;
      rows.back().push_back(human(difference.correlation, 2));
      rows.back().push_back(human(difference.variance_reduction, 2));
      rows.back().push_back(human(point.cells[*c.ranked].equivalent_runs, 3) + " runs");
    }
  }
  return rows.size() == 1 || shown.empty() ? "" : in_blocks(rows, 2);
}

struct Total {
  std::size_t done = 0, failed = 0, missing = 0;
};

Total total(const Comparison& comparison) {
  Total sum;
  for (const auto& point : comparison.points) {
    sum.done += point.done;
    sum.failed += point.failed;
    sum.missing += point.missing;
  }
  return sum;
}

}  // namespace

Experiment question_of(const StoreReader& store) {
  Problems problems;
  std::vector<std::string> policies;
  for (const auto& point : store.points())
    if (std::find(policies.begin(), policies.end(), point.policy) == policies.end())
      policies.push_back(point.policy);
  const Config config =
      Config::parse(store.meta("experiment_merged"), store.path() + " (experiment)", problems);
  Experiment experiment =
      parse_experiment(config, store.indicators(), policies, problems, store.meta("points"));
  problems.throw_if_any();
  experiment.replications = std::stoi(store.meta("replications"));
  if (experiment.sampled()) {
    experiment.plan.n = std::stoul(store.meta("n"));
    experiment.sample = make_sample(experiment.plan);
  }
  return experiment;
}

std::vector<std::map<int, double>> response_by_point(const StoreReader& store,
                                                     const Response& response) {
  return response_by_point(store.database(), store.points().size(), store.path(), response);
}

std::vector<std::map<int, double>> response_by_point(const Database& database, std::size_t points,
                                                     const std::string& path,
                                                     const Response& response) {
  std::vector<std::map<int, double>> all(points);
  if (response.kind == "ratio") return all;
  const bool span = response.kind == "total" || response.kind == "mean";
  const int from = span ? response.from : response.year, to = span ? response.to : response.year;
  std::vector<std::map<int, int>> years(all.size());
  Statement query{
      database, "SELECT r.design_id, r.replication, y." + sql_name(response.indicator) +
                    " FROM run r JOIN year y USING (run_id)"
                    " WHERE r.status = 'done' AND y.year BETWEEN ? AND ? ORDER BY run_id, y.year"};
  query.bind(1, from).bind(2, to);
  while (query.step()) {
    const auto point = static_cast<std::size_t>(query.integer(0) - 1);
    const auto replication = static_cast<int>(query.integer(1));
    all[point][replication] += query.real(2);
    ++years[point][replication];
  }
  Statement done{database, "SELECT design_id, replication FROM run WHERE status = 'done'"};
  while (done.step()) {
    const auto point = static_cast<std::size_t>(done.integer(0) - 1);
    const auto replication = static_cast<int>(done.integer(1));
    const auto found = years[point].find(replication);
    if (found == years[point].end() || found->second != to - from + 1)
      throw InputError{"response \"" + response.id + "\" needs the years " + std::to_string(from) +
                           " .. " + std::to_string(to) + ", which " + path + " does not hold.",
                       "A run records the years of its scenario and no others.",
                       "Correct the response's years and run the sweep again; runs that are done "
                       "are kept."};
  }
  for (auto& series : all)
    for (auto& [replication, value] : series) {
      if (response.kind == "mean") value /= to - from + 1;
      if (response.kind == "probability") {
        const bool hit =
            std::isnan(response.at_least) ? value <= response.at_most : value >= response.at_least;
        value = hit ? 1 : 0;
      }
    }
  return all;
}

namespace {

/// Those of these ids, and what their ratios are made of; all without any.
std::vector<Response> chosen(const std::vector<Response>& all,
                             const std::vector<std::string>& ids) {
  if (ids.empty()) return all;
  std::vector<std::string> wanted = ids;
  std::vector<std::string_view> known;
  for (const auto& response : all) known.push_back(response.id);
  for (const auto& id : ids) {
    const auto found = std::find(known.begin(), known.end(), id);
    if (found == known.end())
      throw InputError{"response \"" + id + "\" is unknown.",
                       "A response is one of those that the experiment names.",
                       suggestion(id, known)};
    const auto& response = all[static_cast<std::size_t>(found - known.begin())];
    if (response.kind == "ratio")
      wanted.insert(wanted.end(), {response.numerator, response.denominator});
  }
  std::vector<Response> responses;
  for (const auto& response : all)
    if (std::find(wanted.begin(), wanted.end(), response.id) != wanted.end())
      responses.push_back(response);
  return responses;
}

}  // namespace

Comparison compare(const StoreReader& store, const std::string& baseline,
                   const std::vector<std::string>& responses) {
  const Experiment experiment = question_of(store);

  Comparison comparison;
  comparison.question = experiment.question;
  comparison.baseline = baseline.empty() ? experiment.baseline : baseline;
  const Groups groups = groups_of(store);
  if (!store.by_sample()) comparison.factors = store.factors();
  comparison.responses = chosen(experiment.responses, responses);
  const auto bases = bases_of(store, groups.points, comparison.baseline);
  const Snapshot snapshot{store.database()};
  std::map<std::string, std::size_t> position;
  std::vector<std::vector<GroupSeries>> series;
  comparison.common_luck = store.meta("crn") != "none";
  for (const auto& response : comparison.responses) {
    position[response.id] = series.size();
    series.push_back(
        grouped(store, groups, response_by_point(store, response), comparison.common_luck));
    if (response.id == experiment.rank_by && !response.better.empty())
      comparison.ranked = series.size() - 1;
  }

  const auto& points = groups.points;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const std::size_t base = bases[p];
    ComparedPoint compared{points[p].policy, points[p].levels, 0, 0, 0, {}, p == base, 0};
    for (std::size_t r = 0; r < comparison.responses.size(); ++r) {
      const auto& response = comparison.responses[r];
      if (response.kind != "ratio") {
        compared.cells.push_back(cell_of(response, series[r][p], series[r][base]));
        continue;
      }
      const auto above = position.at(response.numerator), below = position.at(response.denominator);
      compared.cells.push_back(p == base ? Cell{kNoEstimate, {kNaN, kNaN}, kNoDifference}
                                         : ratio_cell({series[above][p], series[above][base],
                                                       series[below][p], series[below][base]}));
    }
    comparison.points.push_back(std::move(compared));
  }
  count_runs(store, groups, comparison.points);
  comparison.over_samples = store.by_sample();
  comparison.one_luck =
      store.by_sample() && comparison.common_luck && store.meta("replications") == "1";
  if (comparison.ranked) rank(comparison);
  return comparison;
}

std::string estimates_text(const Comparison& comparison) {
  std::string text =
      std::string{comparison.over_samples ? "Mean over samples of the uncertain factors"
                                          : "Mean over replications"} +
      " ± half width of its 95 % interval. * baseline\n\n" + levels_table(comparison);
  const std::string differences = differences_table(comparison);
  if (!differences.empty())
    text +=
        "\nDifference from " + comparison.baseline +
        (comparison.common_luck ? " under common random numbers" : ", each with luck of its own") +
        ", paired by " + (comparison.over_samples ? "sample" : "replication") +
        ", ± 95 %. ! beyond chance\n\n" + differences;
  return text;
}

std::string table_text(const Comparison& comparison) {
  std::string text;
  if (!comparison.question.empty()) text += comparison.question + "\n\n";
  const Total runs = total(comparison);
  if (comparison.responses.empty()) {
    text += "The experiment names no responses; the view result of the store holds every year.\n";
  } else {
    text += estimates_text(comparison);
    const bool paired = comparison.points.size() > 1;
    if (paired && comparison.ranked && comparison.responses[*comparison.ranked].kind != "ratio")
      text += "\nOf " + comparison.responses[*comparison.ranked].label +
              ": correlation, variance ÷, and how many independent runs the pairs are equal to.\n";
    if (comparison.one_luck)
      text +=
          "\nAll samples share one draw of luck: intervals hold given it. Ask for replications.\n";
  }
  text += "\n" + human(static_cast<double>(runs.done)) + " runs done, " +
          std::to_string(runs.failed) + " failed, " + std::to_string(runs.missing) + " missing.";
  if (runs.failed > 0) text += " The view failures of the store says why.";
  if (runs.missing > 0) text += " Give the sweep's command again to make the missing ones.";
  return text + "\n";
}

std::string csv_text(const Comparison& comparison) {
  std::string text = "policy";
  for (const auto& factor : comparison.factors) text += "," + csv_field(factor);
  text +=
      ",rank,done,failed,missing,response,kind,unit,n,value,low,high,pairs,difference,"
      "difference_low,difference_high,correlation,variance_reduction,"
      "equivalent_runs\n";
  for (const auto& point : comparison.points)
    for (std::size_t r = 0; r < comparison.responses.size(); ++r) {
      const auto& response = comparison.responses[r];
      const Cell& cell = point.cells[r];
      const Estimate& d = cell.difference.difference;
      text += csv_field(point.policy);
      for (const auto& level : point.levels) text += "," + csv_field(level);
      text += "," + (point.rank > 0 ? std::to_string(point.rank) : std::string{}) + "," +
              std::to_string(point.done) + "," + std::to_string(point.failed) + "," +
              std::to_string(point.missing) + "," + csv_field(response.id) + "," + response.kind +
              "," + csv_field(response.unit) + "," + std::to_string(cell.level.n);
      for (const double value : {cell.level.value, cell.interval.low, cell.interval.high})
        text += "," + exact(value);
      text += "," + std::to_string(d.n);
      for (const double value :
           {d.value, d.value - d.half_width, d.value + d.half_width, cell.difference.correlation,
            cell.difference.variance_reduction, cell.equivalent_runs})
        text += "," + exact(value);
      text += "\n";
    }
  return text;
}

std::string json_text(const Comparison& comparison, const std::string& negotiations) {
  std::string text = "{\n  \"question\": " + json_string(comparison.question) +
                     ",\n  \"baseline\": " + json_string(comparison.baseline) +
                     ",\n  \"level_of_confidence\": " + json_number(kConfidence) +
                     ",\n  \"rank_by\": " +
                     (comparison.ranked ? json_string(comparison.responses[*comparison.ranked].id)
                                        : std::string{"null"}) +
                     ",\n  \"points\": [";
  for (std::size_t p = 0; p < comparison.points.size(); ++p) {
    const auto& point = comparison.points[p];
    text += (p > 0 ? "," : "") + std::string{"\n    {\"policy\": "} + json_string(point.policy) +
            ", \"factors\": {";
    for (std::size_t f = 0; f < comparison.factors.size(); ++f)
      text += (f > 0 ? ", " : "") + json_string(comparison.factors[f]) + ": " +
              json_string(point.levels[f]);
    text += "}, \"rank\": " + (point.rank > 0 ? std::to_string(point.rank) : std::string{"null"}) +
            ", \"done\": " + std::to_string(point.done) +
            ", \"failed\": " + std::to_string(point.failed) +
            ", \"missing\": " + std::to_string(point.missing) + ", \"responses\": {";
    for (std::size_t r = 0; r < comparison.responses.size(); ++r) {
      const auto& response = comparison.responses[r];
      const Cell& cell = point.cells[r];
      const Estimate& d = cell.difference.difference;
      text += (r > 0 ? "," : "") + std::string{"\n      "} + json_string(response.id) +
              ": {\"kind\": " + json_string(response.kind) +
              ", \"unit\": " + json_string(response.unit) +
              ", \"n\": " + std::to_string(cell.level.n) +
              ", \"value\": " + json_number(cell.level.value) +
              ", \"low\": " + json_number(cell.interval.low) +
              ", \"high\": " + json_number(cell.interval.high) +
              ", \"pairs\": " + std::to_string(d.n) + ", \"difference\": " + json_number(d.value) +
              ", \"difference_low\": " + json_number(d.value - d.half_width) +
              ", \"difference_high\": " + json_number(d.value + d.half_width) +
              ", \"correlation\": " + json_number(cell.difference.correlation) +
              ", \"variance_reduction\": " + json_number(cell.difference.variance_reduction) +
              ", \"equivalent_runs\": " + json_number(cell.equivalent_runs) + "}";
    }
    text += "}}";
  }
  return text + "\n  ],\n  \"negotiations\": " + negotiations + "\n}\n";
}

}  // namespace tavolo::engine
