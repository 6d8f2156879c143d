#include "engine/location/sourcing.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace tavolo::engine::location {
namespace {

using Load = SourcingProblem::Load;
using Site = SourcingProblem::Site;
using Setup = SourcingProblem::Setup;

/// Of a capacity, that rounding may take; of all values, that differ by nothing.
constexpr double kRounding = 1e-9;

double filled(const Site& site, double load) {
  return site.fill_value * std::min(load, site.target);
}

bool holds(const Site& site, double load) { return load <= site.capacity * (1 + kRounding); }

/// An option as a search sees it.
struct Choice {
  double value = 0;
  std::vector<Load> loads;
  std::vector<int> setups;
  std::vector<int> uses;  // of the item's prices for set-ups, in the order of `setups`
  int option = 0;         // in the problem
};

struct Item {
  int item = 0;  // in the problem
  std::vector<Choice> choices;
};

/// A problem, or a part of it, without what decides nothing: options that fit nowhere are left out;
/// set-ups that one item alone may need and sites that are never filled to the target are counted
/// into values; load is kept where it matters only, in units of the most that a site may get.
struct Part {
  std::vector<Site> sites;
  std::vector<Setup> setups;
  std::vector<Item> items;
};

void add(std::vector<Load>& loads, const Load& more) {
  for (auto& load : loads)
    if (load.site == more.site) {
      load.units += more.units;
      return;
    }
  loads.push_back(more);
}

std::vector<Load> with_setups(const Choice& choice, const std::vector<Setup>& setups) {
  std::vector<Load> loads;
  for (const auto& load : choice.loads) add(loads, load);
  for (const int k : choice.setups)
    for (const auto& load : setups[k].loads) add(loads, load);
  return loads;
}

/// Set-ups that the options of one item alone need are a part of these.
void fold_setups(Part& part) {
  constexpr int kNobody = -1, kSeveral = -2;
  std::vector<int> user(part.setups.size(), kNobody);
  for (std::size_t i = 0; i < part.items.size(); ++i)
    for (const auto& choice : part.items[i].choices)
      for (const int k : choice.setups)
        if (user[k] != static_cast<int>(i))
          user[k] = user[k] == kNobody ? static_cast<int>(i) : kSeveral;
  for (auto& item : part.items)
    for (auto& choice : item.choices)
      std::erase_if(choice.setups, [&](int k) {
        if (user[k] == kSeveral) return false;
        choice.value -= part.setups[k].cost;
        for (const auto& load : part.setups[k].loads) add(choice.loads, load);
        return true;
      });
}

/// Sites that are never full, nor filled beyond the target, are a part of values.
void fold_sites(Part& part) {
  std::vector<double> most(part.sites.size(), 0.0), of_item(part.sites.size());
  for (const auto& item : part.items) {
    std::fill(of_item.begin(), of_item.end(), 0.0);
    for (const auto& choice : item.choices)
      for (const auto& load : with_setups(choice, part.setups))
        of_item[load.site] = std::max(of_item[load.site], load.units);
    for (std::size_t s = 0; s < most.size(); ++s) most[s] += of_item[s];
  }
  std::vector<double> linear(part.sites.size(), 0.0);
  std::vector<char> matters(part.sites.size(), 0);
  for (std::size_t s = 0; s < most.size(); ++s) {
    auto& site = part.sites[s];
    if (most[s] <= site.target) {
      linear[s] = site.fill_value;
      site.fill_value = 0;
    }
    if (site.target <= 0) site.fill_value = 0;
    matters[s] = most[s] > 0 && (!holds(site, most[s]) || site.fill_value > 0);
    if (!matters[s]) continue;
    site.capacity = std::min(site.capacity, most[s]) / most[s];
    site.target = std::min(site.target / most[s], site.capacity);
    site.fill_value *= most[s];
  }
  const auto fold = [&](std::vector<Load>& loads) {
    double worth = 0;
    for (const auto& load : loads) worth += linear[load.site] * load.units;
    std::erase_if(loads, [&](const Load& load) { return !matters[load.site] || load.units <= 0; });
    for (auto& load : loads) load.units /= most[load.site];
    return worth;
  };
  for (auto& setup : part.setups) setup.cost -= fold(setup.loads);
  for (auto& item : part.items)
    for (auto& choice : item.choices) choice.value += fold(choice.loads);
}

Part reduced(const SourcingProblem& problem) {
  Part part{problem.sites, problem.setups, {}};
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    Item item{static_cast<int>(i), {}};
    for (std::size_t o = 0; o < problem.items[i].size(); ++o) {
      const auto& option = problem.items[i][o];
      Choice choice{option.value, {}, option.setups, {}, static_cast<int>(o)};
      for (const auto& load : option.loads) add(choice.loads, load);
      const auto loads = with_setups(choice, part.setups);
      if (std::all_of(loads.begin(), loads.end(),
                      [&](const Load& load) { return holds(part.sites[load.site], load.units); }))
        item.choices.push_back(std::move(choice));
    }
    if (!item.choices.empty()) part.items.push_back(std::move(item));
  }
  fold_setups(part);
  fold_sites(part);
  return part;
}

/// Items that share a site or a set-up belong together.
std::vector<Part> components(const Part& whole) {
  const std::size_t items = whole.items.size(), sites = whole.sites.size();
  std::vector<int> root(items + sites + whole.setups.size());
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::size_t node) {
    int r = static_cast<int>(node);
    while (root[r] != r) r = root[r] = root[root[r]];
    return r;
  };
  const auto join = [&](std::size_t a, std::size_t b) { root[find(a)] = find(b); };
  for (std::size_t i = 0; i < items; ++i)
    for (const auto& choice : whole.items[i].choices) {
      for (const auto& load : choice.loads) join(i, items + load.site);
      for (const int k : choice.setups) {
        join(i, items + sites + k);
        for (const auto& load : whole.setups[k].loads) join(i, items + load.site);
      }
    }
  std::vector<Part> parts;
  std::vector<int> part_of(root.size(), -1), row(root.size(), -1);
  const auto part_at = [&](std::size_t node) -> Part& {
    auto& number = part_of[find(node)];
    if (number < 0) {
      number = static_cast<int>(parts.size());
      parts.emplace_back();
    }
    return parts[number];
  };
  const auto local = [&](auto& table, std::size_t node, const auto& entry) {
    if (row[node] < 0) {
      row[node] = static_cast<int>(table.size());
      table.push_back(entry);
    }
    return row[node];
  };
  for (std::size_t i = 0; i < items; ++i) {
    Part& part = part_at(i);
    const auto site_of = [&](int s) { return local(part.sites, items + s, whole.sites[s]); };
    Item item = whole.items[i];
    for (auto& choice : item.choices) {
      for (auto& load : choice.loads) load.site = site_of(load.site);
      for (auto& k : choice.setups) {
        const bool known = row[items + sites + k] >= 0;
        const int mine = local(part.setups, items + sites + k, whole.setups[k]);
        if (!known)
          for (auto& load : part.setups[mine].loads) load.site = site_of(load.site);
        k = mine;
      }
    }
    part.items.push_back(std::move(item));
  }
  return parts;
}

/// Load and set-ups of the choices made so far, and what they are worth.
class Tally {
 public:
  explicit Tally(const Part& part)
      : part_{part}, load_(part.sites.size(), 0.0), users_(part.setups.size(), 0) {}

  double value() const { return value_; }
  double load(int site) const { return load_[site]; }
  int users(int setup) const { return users_[setup]; }

  void add(const Choice& choice) { change(choice, +1); }
  void remove(const Choice& choice) { change(choice, -1); }
  /// Whether the sites that a choice loads are within their capacities.
  bool holds(const Choice& choice) const {
    const auto fits = [&](const Load& load) {
      return location::holds(part_.sites[load.site], load_[load.site]);
    };
    return std::all_of(choice.loads.begin(), choice.loads.end(), fits) &&
           std::all_of(choice.setups.begin(), choice.setups.end(), [&](int k) {
             const auto& loads = part_.setups[k].loads;
             return std::all_of(loads.begin(), loads.end(), fits);
           });
  }

 private:
  void put(const Load& load, int sign) {
    const auto& site = part_.sites[load.site];
    double& units = load_[load.site];
    value_ -= filled(site, units);
    units += sign * load.units;
    value_ += filled(site, units);
  }
  void change(const Choice& choice, int sign) {
    value_ += sign * choice.value;
    for (const auto& load : choice.loads) put(load, sign);
    for (const int k : choice.setups) {
      const bool used = users_[k] > 0;
      users_[k] += sign;
      if ((users_[k] > 0) == used) continue;
      value_ -= sign * part_.setups[k].cost;
      for (const auto& load : part_.setups[k].loads) put(load, sign);
    }
  }

  const Part& part_;
  std::vector<double> load_;
  std::vector<int> users_;
  double value_ = 0;
};

/// Choices by item, -1: none.
using Picks = std::vector<int>;
constexpr int kOpen = -2;

class Search {
 public:
  Search(const Part& part, std::uint64_t most_nodes)
      : part_{part}, most_nodes_{most_nodes}, picks_(part.items.size(), -1), now_{part_} {
    for (const auto& setup : part.setups) scale_ += std::abs(setup.cost);
    for (const auto& site : part.sites) scale_ += site.fill_value;
    for (const auto& item : part.items) {
      double most = 0;
      for (const auto& choice : item.choices) most = std::max(most, std::abs(choice.value));
      scale_ += most;
    }
  }

  void run() {
    add_greedily();
    improve();
    if (part_.items.size() == 1) {  // decided: improve() has looked at all its choices
      bound_ = value_;
      return;
    }
    prepare();
    constexpr int kSteps = 200, kPatience = 10;
    bound_ = lower_bound(kSteps, 1, kPatience);
    if (bound_ <= value_ + rounding()) return;
    look_into(bound_);
    bound_ = std::min(bound_, std::max(value_, left_open_));
  }

  const Picks& picks() const { return picks_; }
  double bound() const { return std::max(bound_, value_); }
  bool exact() const { return bound_ <= value_ + rounding(); }
  std::uint64_t nodes() const { return nodes_; }

 private:
  double rounding() const { return kRounding * scale_; }

  // ------------------------------------------------------------------------------- first plans

  void add_greedily() {
    Tally tally{part_};
    for (;;) {
      double most = rounding();
      std::size_t item = 0;
      int pick = -1;
      for (std::size_t i = 0; i < picks_.size(); ++i) {
        if (picks_[i] >= 0) continue;
        for (std::size_t c = 0; c < part_.items[i].choices.size(); ++c) {
          const auto& choice = part_.items[i].choices[c];
          const double before = tally.value();
          tally.add(choice);
          const double more = tally.value() - before;
          if (more > most && tally.holds(choice)) {
            most = more;
            item = i;
            pick = static_cast<int>(c);
          }
          tally.remove(choice);
        }
      }
      if (pick < 0) break;
      picks_[item] = pick;
      tally.add(part_.items[item].choices[pick]);
    }
    value_ = tally.value();
  }

  template <class Try>
  void for_each_pick(Tally& tally, std::size_t item, const Try& look) {
    look(-1);
    for (std::size_t c = 0; c < part_.items[item].choices.size(); ++c) {
      const auto& choice = part_.items[item].choices[c];
      tally.add(choice);
      if (tally.holds(choice)) look(static_cast<int>(c));
      tally.remove(choice);
    }
  }

  /// Other choices of one item or of two at once, as long as they help.
  void improve() {
    Tally tally{part_};
    const auto chosen = [&](std::size_t i) { return &part_.items[i].choices[picks_[i]]; };
    for (std::size_t i = 0; i < picks_.size(); ++i)
      if (picks_[i] >= 0) tally.add(*chosen(i));
    for (bool better = true; better;) {
      better = false;
      for (std::size_t i = 0; i < picks_.size(); ++i)
        for (std::size_t j = i; j < picks_.size(); ++j) {
          const int first = picks_[i], second = picks_[j];
          double most = tally.value() + rounding();
          int best_first = first, best_second = second;
          if (first >= 0) tally.remove(*chosen(i));
          if (j > i && second >= 0) tally.remove(*chosen(j));
          for_each_pick(tally, i, [&](int a) {
            const auto look = [&](int b) {
              if (tally.value() <= most) return;
              most = tally.value();
              best_first = a;
              best_second = b;
            };
            if (j > i)
              for_each_pick(tally, j, look);
            else
              look(a);
          });
          better = better || best_first != first || best_second != second;
          picks_[i] = best_first;
          picks_[j] = j > i ? best_second : best_first;
          if (picks_[i] >= 0) tally.add(*chosen(i));
          if (j > i && picks_[j] >= 0) tally.add(*chosen(j));
        }
    }
    value_ = tally.value();
  }

  // ------------------------------------------------------------------------------------- bound

  struct Prices {
    std::vector<double> site;              // credited to items for a unit of load
    std::vector<std::vector<double>> use;  // by item and set-up that it may need: charged
  };

  double worth(std::size_t item, const Choice& choice) const {
    double sum = choice.value;
    for (const auto& load : choice.loads) sum += prices_.site[load.site] * load.units;
    for (const int use : choice.uses) sum -= prices_.use[item][use];
    return sum;
  }
  /// Whether it goes beside what is decided, set-ups' own load apart.
  bool may_fit(const Choice& choice) const {
    return std::all_of(choice.loads.begin(), choice.loads.end(), [&](const Load& load) {
      return holds(part_.sites[load.site], now_.load(load.site) + load.units);
    });
  }

  void prepare() {
    const std::size_t items = part_.items.size();
    use_setup_.assign(items, {});
    std::vector<int> users(part_.setups.size(), 0);
    for (std::size_t i = 0; i < items; ++i)
      for (auto& choice : part_.items[i].choices)
        for (const int k : choice.setups) {
          auto& uses = use_setup_[i];
          const auto at = std::find(uses.begin(), uses.end(), k);
          choice.uses.push_back(static_cast<int>(at - uses.begin()));
          if (at != uses.end()) continue;
          ++users[k];
          uses.push_back(k);
        }
    for (const auto& site : part_.sites) prices_.site.push_back(site.fill_value / 2);
    prices_.use.resize(items);
    use_asked_.resize(items);
    for (std::size_t i = 0; i < items; ++i) {
      use_asked_[i].assign(use_setup_[i].size(), 0);
      for (const int k : use_setup_[i])
        prices_.use[i].push_back(std::max(0.0, part_.setups[k].cost) / users[k]);
    }
    load_gap_.assign(part_.sites.size(), 0.0);
    paid_.assign(part_.setups.size(), 0.0);
    setup_done_.assign(part_.setups.size(), 0);
    decided_.assign(items, kOpen);
    wish_.assign(items, -1);
  }

  /// The bound at the prices on all plans that go with what is decided, and what items, set-ups and
  /// sites do there, each by itself.
  double relax() {
    double sum = 0;
    std::fill(paid_.begin(), paid_.end(), 0.0);
    std::fill(load_gap_.begin(), load_gap_.end(), 0.0);
    for (std::size_t i = 0; i < part_.items.size(); ++i) {
      const auto& choices = part_.items[i].choices;
      for (std::size_t u = 0; u < use_setup_[i].size(); ++u) {
        paid_[use_setup_[i][u]] += prices_.use[i][u];
        use_asked_[i][u] = 0;
      }
      wish_[i] = decided_[i];
      double most = 0;
      if (decided_[i] == kOpen) {
        wish_[i] = -1;
        for (std::size_t c = 0; c < choices.size(); ++c)
          if (const double w = worth(i, choices[c]); w > most && may_fit(choices[c])) {
            most = w;
            wish_[i] = static_cast<int>(c);
          }
      } else if (decided_[i] >= 0) {
        most = worth(i, choices[decided_[i]]);
      }
      sum += most;
      if (wish_[i] < 0) continue;
      for (const auto& load : choices[wish_[i]].loads) load_gap_[load.site] += load.units;
      for (const int use : choices[wish_[i]].uses) use_asked_[i][use] = 1;
    }
    for (std::size_t k = 0; k < paid_.size(); ++k) {
      double term = paid_[k] - part_.setups[k].cost;
      for (const auto& load : part_.setups[k].loads) term += prices_.site[load.site] * load.units;
      setup_done_[k] = now_.users(static_cast<int>(k)) > 0 || term > 0;
      if (!setup_done_[k]) continue;
      sum += term;
      for (const auto& load : part_.setups[k].loads) load_gap_[load.site] += load.units;
    }
    for (std::size_t s = 0; s < load_gap_.size(); ++s) {
      const auto& site = part_.sites[s];
      const auto at = [&](double units) { return filled(site, units) - prices_.site[s] * units; };
      const double least = now_.load(static_cast<int>(s)), full = std::max(least, site.capacity);
      double units = least;
      for (const double other : {std::clamp(site.target, least, full), full})
        if (at(other) > at(units)) units = other;
      load_gap_[s] -= units;
      sum += at(units);
    }
    return sum;
  }

  /// Lowers the bound by a subgradient search from the prices on, which end as the best found.
  double lower_bound(int steps, double length, int patience) {
    double least = std::numeric_limits<double>::infinity();
    Prices best = prices_;
    int since_better = 0;
    for (int step = 0; step < steps && length > 1e-4; ++step) {
      const double bound = relax();
      if (bound < least - rounding()) {
        since_better = 0;
      } else if (++since_better >= patience) {
        length /= 2;
        since_better = 0;
      }
      if (bound < least) {
        least = bound;
        best = prices_;
      }
      if (least <= value_ + rounding()) break;
      double squares = 0;
      for (const double gap : load_gap_) squares += gap * gap;
      for (std::size_t i = 0; i < use_setup_.size(); ++i)
        for (std::size_t u = 0; u < use_setup_[i].size(); ++u)
          squares += std::abs(setup_done_[use_setup_[i][u]] - use_asked_[i][u]);
      if (squares <= 0) break;  // everybody agrees: no prices are better
      const double by = length * (bound - value_) / squares;
      for (std::size_t s = 0; s < load_gap_.size(); ++s) prices_.site[s] -= by * load_gap_[s];
      for (std::size_t i = 0; i < use_setup_.size(); ++i)
        for (std::size_t u = 0; u < use_setup_[i].size(); ++u)
          prices_.use[i][u] = std::max(
              0.0, prices_.use[i][u] - by * (setup_done_[use_setup_[i][u]] - use_asked_[i][u]));
    }
    prices_ = std::move(best);
    return relax();
  }

  // ---------------------------------------------------------------------------------- branching

  void keep_if_better(const Picks& picks) {
    Tally tally{part_};
    for (std::size_t i = 0; i < picks.size(); ++i) {
      if (picks[i] < 0) continue;
      tally.add(part_.items[i].choices[picks[i]]);
      if (!tally.holds(part_.items[i].choices[picks[i]])) return;
    }
    if (tally.value() <= value_ + rounding()) return;
    value_ = tally.value();
    picks_ = picks;
  }

  /// All plans that go with what is decided, of which none is worth more than `bound`.
  void look_into(double bound) {
    ++nodes_;
    constexpr int kSteps = 15, kPatience = 4;
    constexpr double kLength = 0.5;
    if (nodes_ > 1) bound = std::min(bound, lower_bound(kSteps, kLength, kPatience));
    if (bound <= value_ + rounding()) return;
    relax();
    keep_if_better(wish_);
    // the item whose second best choice is worst, at these prices
    std::vector<std::pair<double, int>> ranked, most_doubtless;
    int item = -1;
    double regret = -1;
    for (std::size_t i = 0; i < decided_.size(); ++i) {
      if (decided_[i] != kOpen) continue;
      ranked = {{0.0, -1}};
      const auto& choices = part_.items[i].choices;
      for (std::size_t c = 0; c < choices.size(); ++c)
        if (may_fit(choices[c])) ranked.push_back({worth(i, choices[c]), static_cast<int>(c)});
      std::stable_sort(ranked.begin(), ranked.end(),
                       [](const auto& a, const auto& b) { return a.first > b.first; });
      const double doubt = ranked.size() > 1 ? ranked[0].first - ranked[1].first
                                             : std::numeric_limits<double>::max();
      if (doubt <= regret) continue;
      regret = doubt;
      item = static_cast<int>(i);
      most_doubtless = ranked;
    }
    if (item < 0) return;
    const Prices here = prices_;
    for (const auto& [worth, pick] : most_doubtless) {
      const double most = bound - (most_doubtless[0].first - worth);
      if (most <= value_ + rounding()) break;
      if (nodes_ >= most_nodes_) {
        left_open_ = std::max(left_open_, most);
        break;
      }
      decided_[item] = pick;
      if (pick >= 0) now_.add(part_.items[item].choices[pick]);
      if (pick < 0 || now_.holds(part_.items[item].choices[pick])) look_into(most);
      if (pick >= 0) now_.remove(part_.items[item].choices[pick]);
      decided_[item] = kOpen;
      prices_ = here;
    }
  }

  Part part_;
  std::uint64_t most_nodes_, nodes_ = 0;
  Picks picks_;  // the best plan known
  double value_ = 0, bound_ = 0, left_open_ = 0, scale_ = 0;

  Prices prices_;
  std::vector<double> load_gap_;             // by site: asked for, less what the site would have
  std::vector<double> paid_;                 // by set-up, by all items
  std::vector<int> setup_done_;              // by set-up: 0 or 1
  std::vector<std::vector<int>> use_setup_;  // by item: set-ups that its choices need
  std::vector<std::vector<int>> use_asked_;  // by item and use: 0 or 1
  Picks wish_, decided_;                     // by item; kOpen: not decided
  Tally now_;
};

bool is_number(double x) { return std::isfinite(x); }

std::string obstacle(const SourcingProblem& problem, const std::vector<Load>& loads) {
  for (const auto& load : loads) {
    if (load.site < 0 || load.site >= static_cast<int>(problem.sites.size()))
      return "a load is on a site that is not there.";
    if (!is_number(load.units) || load.units < 0) return "a load is below zero or no number.";
  }
  return "";
}

}  // namespace

double SourcingPlan::gap() const { return exact || bound <= value ? 0 : (bound - value) / bound; }

std::string obstacle(const SourcingProblem& problem) {
  for (const auto& site : problem.sites) {
    if (!(site.capacity >= 0)) return "a capacity is below zero or no number.";
    if (!is_number(site.target) || site.target < 0 || !is_number(site.fill_value) ||
        site.fill_value < 0)
      return "a target or the value of filling a site is below zero or no number.";
  }
  for (const auto& setup : problem.setups) {
    if (!is_number(setup.cost)) return "the cost of a set-up is no number.";
    if (const auto why = obstacle(problem, setup.loads); !why.empty()) return why;
  }
  for (const auto& item : problem.items)
    for (const auto& option : item) {
      if (!is_number(option.value)) return "the value of an option is no number.";
      if (const auto why = obstacle(problem, option.loads); !why.empty()) return why;
      for (const int k : option.setups)
        if (k < 0 || k >= static_cast<int>(problem.setups.size()))
          return "an option needs a set-up that is not there.";
    }
  return "";
}

double value(const SourcingProblem& problem, std::span<const int> option) {
  std::vector<double> load(problem.sites.size(), 0.0);
  std::vector<char> done(problem.setups.size(), 0);
  double sum = 0;
  const auto put = [&](const std::vector<Load>& loads) {
    for (const auto& part : loads) load[part.site] += part.units;
  };
  for (std::size_t i = 0; i < option.size(); ++i) {
    if (option[i] < 0) continue;
    const auto& chosen = problem.items[i][option[i]];
    sum += chosen.value;
    put(chosen.loads);
    for (const int k : chosen.setups) {
      if (done[k]) continue;
      done[k] = 1;
      sum -= problem.setups[k].cost;
      put(problem.setups[k].loads);
    }
  }
  for (std::size_t s = 0; s < load.size(); ++s) {
    if (!holds(problem.sites[s], load[s])) return -std::numeric_limits<double>::infinity();
    sum += filled(problem.sites[s], load[s]);
  }
  return sum;
}

SourcingPlan solve(const SourcingProblem& problem, std::uint64_t most_nodes) {
  assert(obstacle(problem).empty());
  SourcingPlan plan;
  plan.option.assign(problem.items.size(), -1);
  for (const auto& part : components(reduced(problem))) {
    Search search{part, most_nodes - std::min(most_nodes, plan.nodes)};
    search.run();
    for (std::size_t i = 0; i < part.items.size(); ++i)
      if (const int pick = search.picks()[i]; pick >= 0)
        plan.option[part.items[i].item] = part.items[i].choices[pick].option;
    plan.bound += search.bound();
    plan.exact = plan.exact && search.exact();
    plan.nodes += search.nodes();
  }
  plan.value = value(problem, plan.option);
  plan.bound = plan.exact ? plan.value : std::max(plan.bound, plan.value);
  return plan;
}

}  // namespace tavolo::engine::location
