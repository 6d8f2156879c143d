#include "agents/tables/obligations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>
#include <string>
#include <vector>

#include "agents/chance.h"
#include "agents/governments/treasury.h"
#include "agents/market/accounts.h"
#include "agents/tables/bargain.h"
#include "agents/unions/mandate.h"
#include "agents/unions/workforce.h"
#include "agents/words.h"
#include "engine/recorder.h"

namespace tavolo::agents {
namespace {

using Kind = Obligation::Kind;
using Status = Obligation::Status;

/// Jobs within rounding of the guarantee are kept.
constexpr double kJobsKept = 0.99;
/// Sums of monthly payments.
constexpr double kRounding = 1e-6;
/// Share of a claim that is asked back where the clause is not enforced in full.
constexpr double kLenient = 0.5;

bool is_final(Status status) { return status == Status::kept || status == Status::broken; }

bool is_makers(const AgreementState& agreement, const Obligation& promise) {
  return promise.kind != Kind::aid && promise.kind != Kind::performance && agreement.carmaker >= 0;
}

/// Weight of a promise among those of its kind: models count one by one, jobs by plant.
double weight(const AgreementState& agreement, const Obligation& promise) {
  double all = 0;
  for (const auto& other : agreement.obligations)
    if (other.kind == promise.kind) all += other.amount;
  return all > 0 ? promise.amount / all : 0;
}

/// Whether a grant belongs to an agreement that its project fulfils, or has the conditions of one.
bool is_of(const ProjectState& project, const Grant& grant, int agreement) {
  return project.agreement == agreement || grant.agreement == agreement;
}

double measure(const Scenario& scenario, const World& world, int row, const Obligation& promise) {
  const auto& agreement = world.agreements[row];
  double reached = 0;
  switch (promise.kind) {
    case Kind::output:
      for (std::size_t p = 0; p < scenario.plants.size(); ++p)
        if (scenario.plants[p].tracked && scenario.plants[p].country.row == promise.country &&
            decider(scenario, scenario.plants[p].carmaker.row) == agreement.carmaker)
          reached += world.plants[p].output_year;
      break;
    case Kind::models: {
      const auto& programme = world.programmes[promise.programme];
      reached = programme.alive && programme.generation >= promise.generation &&
                        programme.plant_share[promise.plant] > 0
                    ? promise.amount
                    : 0;
      break;
    }
    case Kind::jobs:
      if (promise.plant >= 0) {
        reached = world.plants[promise.plant].headcount;
      } else {
        for (std::size_t p = 0; p < scenario.plants.size(); ++p)
          if (scenario.plants[p].country.row == promise.country &&
              scenario.plants[p].carmaker.row == agreement.carmaker)
            reached += world.plants[p].headcount;
      }
      break;
    case Kind::investment:
      for (const auto& project : world.projects)
        if (project.agreement == row ||
            std::any_of(project.grants.begin(), project.grants.end(),
                        [&](const Grant& grant) { return grant.agreement == row; }))
          reached += project.spent_eur;
      break;
    case Kind::aid:
      reached = agreement.aid_paid_eur + agreement.aid_withheld_eur;
      break;
    case Kind::performance:
      reached = hours_per_vehicle(scenario, world, promise.plant);
      break;
  }
  return reached;
}

/// Whether a project that would keep the promise is being built.
bool under_way(const World& world, int row, const Obligation& promise) {
  return std::any_of(world.projects.begin(), world.projects.end(), [&](const ProjectState& p) {
    if (!p.is_live()) return false;
    if (promise.kind == Kind::investment) return p.agreement == row;
    return p.plant == promise.plant && std::find(p.programmes.begin(), p.programmes.end(),
                                                 promise.programme) != p.programmes.end();
  });
}

Status judge(const World& world, int row, const Obligation& promise, int year) {
  switch (promise.kind) {
    case Kind::output:
      if (year < promise.due_year - 1) return Status::pending;
      if (promise.reached >= promise.amount) return Status::kept;
      if (year < promise.due_year) return Status::pending;
      return year == promise.due_year && promise.reached >= kNearlyKept * promise.amount
                 ? Status::late
                 : Status::broken;
    case Kind::models:
    case Kind::investment:
      if (promise.reached >= (1 - kRounding) * promise.amount) return Status::kept;
      if (year < promise.due_year) return Status::pending;
      return year == promise.due_year && under_way(world, row, promise) ? Status::late
                                                                        : Status::broken;
    case Kind::jobs:
      if (year < promise.from_year) return Status::pending;
      if (promise.reached >= kJobsKept * promise.amount)
        return year >= promise.due_year ? Status::kept : Status::pending;
      return promise.status == Status::late ? Status::broken : Status::late;
    case Kind::performance:
      if (year < promise.due_year) return Status::pending;
      return promise.reached <= (1 + kRounding) * promise.amount ? Status::kept : Status::broken;
    case Kind::aid:
      break;
  }
  return promise.status;
}

/// An agreement ends when most of what was promised of one kind is broken: nobody is bound by the
/// rest.
bool is_void(const AgreementState& agreement) {
  std::array<double, Obligation::kKinds> broken{};
  for (const auto& promise : agreement.obligations)
    if (promise.status == Status::broken)
      broken[static_cast<std::size_t>(promise.kind)] += weight(agreement, promise);
  return std::any_of(broken.begin(), broken.end(), [](double share) { return share > 0.5; });
}

std::string promise_text(const Scenario& scenario, const Obligation& promise) {
  const std::string at = promise.plant >= 0 ? " at " + scenario.plants[promise.plant].name : "";
  switch (promise.kind) {
    case Kind::output:
      return words::grouped(promise.reached) + " vehicles of " + words::grouped(promise.amount);
    case Kind::models:
      return "the next " + scenario.programmes[promise.programme].name + at;
    case Kind::jobs:
      return words::grouped(promise.reached) + " jobs of " + words::grouped(promise.amount) + at;
    case Kind::investment:
      return words::meur(promise.reached) + " invested of " + words::meur(promise.amount);
    case Kind::performance:
      return words::hours(promise.reached) + " per vehicle" + at + ", " +
             words::hours(promise.amount) + " were asked";
    case Kind::aid:
      break;
  }
  return words::meur(promise.reached) + " of aid of " + words::meur(promise.amount);
}

/// Promises of one verdict; jobs of many plants are told as one.
class Verdict {
 public:
  void add(const Scenario& scenario, const Obligation& promise) {
    ++promises_;
    if (promise.kind == Kind::jobs && promise.plant >= 0) {
      plants_.push_back(scenario.plants[promise.plant].name);
      reached_ += promise.reached;
      amount_ += promise.amount;
    } else {
      items_.push_back(promise_text(scenario, promise));
    }
  }
  bool empty() const { return promises_ == 0; }
  std::string text() const {
    auto all = items_;
    if (!plants_.empty())
      all.push_back(words::grouped(reached_) + " jobs of " + words::grouped(amount_) + " at " +
                    (plants_.size() > 3
                         ? words::counted(static_cast<double>(plants_.size()), "plant")
                         : words::listed(plants_)));
    return words::listed(all);
  }

 private:
  std::vector<std::string> items_, plants_;
  double reached_ = 0, amount_ = 0;
  int promises_ = 0;
};

/// What was found at one agreement in one year.
struct Findings {
  Verdict kept, late, broken;
  double clawed_back_eur = 0;
  bool claimed = false;  ///< a clawback was possible
  std::string model;     ///< granted or withheld under a performance clause
  std::string text() const {
    std::string all;
    const auto add = [&](const char* word, const Verdict& what) {
      if (!what.empty()) all += (all.empty() ? "" : "; ") + std::string{word} + ": " + what.text();
    };
    add("kept", kept);
    add("late", late);
    add("broken", broken);
    if (clawed_back_eur > 0)
      all += "; " + words::meur(clawed_back_eur) + " clawed back";
    else if (claimed)
      all += "; nothing is clawed back";
    if (!model.empty()) all += "; " + model;
    return all;
  }
};

/// A broken promise costs what the agreement says, if it is verified and enforced.
void claw_back(const Scenario& scenario, World& world, int row, std::size_t index,
               const engine::Streams& luck, Findings& findings) {
  auto& agreement = world.agreements[row];
  const auto& promise = agreement.obligations[index];
  const double most = agreement.clawback_share * agreement.aid_paid_eur;
  if (most <= 0) return;
  findings.claimed = true;
  // named by the agreement, not by its row: other agreements change nothing
  engine::Fingerprint name;
  name.add(agreement.name);
  auto draws = luck(Chance::audit, name.value(), index);
  const double verified = draws.uniform(), strict = draws.uniform();
  const auto& tables = scenario.parameters.tables;
  const double pressure = world.instruments[agreement.government].pressure;
  if (verified >= tables.enforcement_verified + (1 - tables.enforcement_verified) * pressure)
    return;
  const double shortfall = (promise.amount - promise.reached) / promise.amount;
  const double asked = most * shortfall * weight(agreement, promise) *
                       (strict < tables.enforcement_strict ? 1 : kLenient);
  const double owed = std::min(asked, most - agreement.clawed_back_eur);
  if (owed <= 0) return;
  pay(world, carmaker_actor(scenario, agreement.carmaker),
      government_actor(scenario, agreement.government), Purpose::clawback, owed);
  agreement.clawed_back_eur += owed;
  findings.clawed_back_eur += owed;
}

/// Instalments that should have been paid by the end of `year`, paid or withheld. [EUR]
double due_by(const AgreementState& agreement, int year) {
  if (agreement.years <= 0) return agreement.aid_promised_eur;
  const int first = agreement.signed_on.year();
  const double share = static_cast<double>(year - first + 1) / agreement.years;
  return agreement.aid_promised_eur * std::clamp(share, 0.0, 1.0);
}

double instalment_eur(const AgreementState& agreement, int year) {
  return std::max(0.0,
                  due_by(agreement, year) - agreement.aid_paid_eur - agreement.aid_withheld_eur);
}

bool pays_by_year(const AgreementState& agreement) { return agreement.kind == "transition"; }

/// Whether unions have signed it, and learn from how it is kept.
bool has_unions(const AgreementState& agreement) {
  return agreement.kind == "transition" || agreement.kind == "performance";
}

double project_aid_paid_eur(const World& world, int row) {
  double paid = 0;
  for (const auto& project : world.projects)
    for (const auto& grant : project.grants)
      if (is_of(project, grant, row)) paid += grant.paid_eur;
  return paid;
}

void settle_aid(const Scenario& scenario, World& world, int row, int year) {
  auto& agreement = world.agreements[row];
  if (!pays_by_year(agreement)) {
    agreement.aid_paid_eur = project_aid_paid_eur(world, row);
    return;
  }
  const bool good = std::none_of(
      agreement.obligations.begin(), agreement.obligations.end(), [&](const Obligation& promise) {
        return is_makers(agreement, promise) &&
               (promise.status == Status::late || promise.status == Status::broken);
      });
  const double due = instalment_eur(agreement, year);
  if (due <= 0) return;
  if (good)
    agreement.aid_paid_eur +=
        pay_from_budget(scenario, world, agreement.government,
                        carmaker_actor(scenario, agreement.carmaker), Purpose::grant, due);
  else
    agreement.aid_withheld_eur += due;
}

void audit_government(World& world, int row, int year, Findings& findings,
                      const Scenario& scenario) {
  auto& agreement = world.agreements[row];
  for (auto& promise : agreement.obligations) {
    if (promise.kind != Kind::aid || is_final(promise.status)) continue;
    promise.reached = measure(scenario, world, row, promise);
    const bool in_time = promise.reached >= due_by(agreement, year) - 1;
    const auto before = promise.status;
    if (year < promise.due_year)
      promise.status = in_time ? Status::pending : Status::late;
    else
      promise.status = in_time ? Status::kept : Status::broken;
    if (promise.status == Status::late && before != Status::late)
      findings.late.add(scenario, promise);
    if (!is_final(promise.status)) continue;
    auto& trust = world.trust_in_government[agreement.government];
    (promise.status == Status::kept ? trust.kept : trust.broken) += 1;
    if (promise.status == Status::broken) findings.broken.add(scenario, promise);
  }
}

void audit_maker(const Scenario& scenario, World& world, int row, int year,
                 const engine::Streams& luck, Findings& findings) {
  auto& agreement = world.agreements[row];
  for (std::size_t i = 0; i < agreement.obligations.size(); ++i) {
    auto& promise = agreement.obligations[i];
    if (!is_makers(agreement, promise) || is_final(promise.status)) continue;
    promise.reached = measure(scenario, world, row, promise);
    const auto before = promise.status;
    promise.status = judge(world, row, promise, year);
    if (promise.status == Status::late && before != Status::late)
      findings.late.add(scenario, promise);
    if (!is_final(promise.status)) continue;
    const bool kept = promise.status == Status::kept;
    (kept ? findings.kept : findings.broken).add(scenario, promise);
    if (pays_by_year(agreement)) {
      auto& trust = world.trust_in_maker[agreement.government];
      (kept ? trust.kept : trust.broken) += weight(agreement, promise);
    }
    if (has_unions(agreement)) {
      auto& trust = world.trust_of_unions[agreement.carmaker];
      (kept ? trust.kept : trust.broken) += weight(agreement, promise);
    }
    if (!kept) claw_back(scenario, world, row, i, luck, findings);
    if (promise.kind != Kind::models || kept) continue;
    auto& programme = world.programmes[promise.programme];
    if (programme.committed_agreement == row)
      programme.committed_agreement = programme.committed_plant = -1;
  }
}

/// A year of work under performance clauses. Plants differ in luck, not their agreements.
void work_faster(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const auto& labour = scenario.parameters.labour;
  for (const auto& agreement : world.agreements)
    for (const auto& promise : agreement.obligations) {
      if (!agreement.active || promise.kind != Kind::performance || is_final(promise.status))
        continue;
      auto draws = luck(Chance::performance, static_cast<std::uint64_t>(promise.plant));
      world.plants[promise.plant].productivity *=
          std::exp(draws.normal(labour.performance_rate, labour.performance_sd));
    }
}

/// What a performance clause promised in return: granted, gone elsewhere or withheld.
void answer_performance(const Scenario& scenario, World& world, int row, std::size_t index,
                        Findings& findings) {
  auto& agreement = world.agreements[row];
  const Obligation promise = agreement.obligations[index];
  const std::string model = "the next " + scenario.programmes[promise.programme].name;
  const std::string& plant = scenario.plants[promise.plant].name;
  const std::string& maker = scenario.carmakers[agreement.carmaker].name;
  if (promise.status == Status::broken) {
    findings.model = maker + " withholds " + model + " from " + plant;
    return;
  }
  auto& programme = world.programmes[promise.programme];
  Obligation of_maker = promise;
  of_maker.kind = Kind::models;
  std::swap(of_maker.actor, of_maker.beneficiary);
  of_maker.amount = 1;
  of_maker.reached = 0;
  of_maker.due_year = programme.generation_end.year() + 1;
  of_maker.status = Status::pending;
  if (programme.alive && !programme.next_sourced && programme.committed_plant < 0 &&
      programme.generation + 1 == promise.generation) {
    programme.committed_plant = promise.plant;
    programme.committed_agreement = row;
    findings.model = maker + " grants " + plant + " " + model;
  } else {
    of_maker.status = Status::broken;
    findings.model = maker + " has placed " + model + " elsewhere";
    auto& trust = world.trust_of_unions[agreement.carmaker];
    trust.broken += 1;
    add_unrest(world, promise.plant, scenario.parameters.labour.grievance);
  }
  agreement.obligations.push_back(of_maker);
}

/// What workers have promised.
void audit_workers(const Scenario& scenario, World& world, int row, int year, Findings& findings) {
  for (std::size_t i = 0; i < world.agreements[row].obligations.size(); ++i) {
    auto& promise = world.agreements[row].obligations[i];
    if (promise.kind != Kind::performance || is_final(promise.status)) continue;
    promise.reached = measure(scenario, world, row, promise);
    promise.status = judge(world, row, promise, year);
    if (!is_final(promise.status)) continue;
    const bool kept = promise.status == Status::kept;
    (kept ? findings.kept : findings.broken).add(scenario, promise);
    auto& trust = world.trust_in_workers[promise.plant];
    (kept ? trust.kept : trust.broken) += 1;
    answer_performance(scenario, world, row, i, findings);
  }
}

/// Members answer what was kept and what was broken.
void tell_members(const Scenario& scenario, World& world, const AgreementState& agreement,
                  const Findings& findings) {
  if (findings.kept.empty() == findings.broken.empty()) return;
  auto plants = std::vector<int>{agreement.plant};
  if (agreement.government >= 0)
    plants = plants_of(scenario, world, agreement.carmaker,
                       scenario.governments[agreement.government].country.row);
  std::vector<int> unions;
  for (const auto& delegate : delegates(scenario, world, plants))
    unions.push_back(delegate.union_row);
  please_unions(scenario, world, unions, findings.broken.empty());
  if (findings.broken.empty()) return;
  for (const int plant : plants) add_unrest(world, plant, scenario.parameters.labour.grievance);
}

/// The record above the prior fades.
void forget(const TableParameters& tables, std::vector<Trust>& trust) {
  for (auto& record : trust) {
    record.kept =
        tables.trust_prior_kept + tables.trust_memory * (record.kept - tables.trust_prior_kept);
    record.broken = tables.trust_prior_broken +
                    tables.trust_memory * (record.broken - tables.trust_prior_broken);
  }
}

}  // namespace

int agreement_in_force(const World& world, int government, std::string_view kind) {
  for (std::size_t a = 0; a < world.agreements.size(); ++a) {
    const auto& agreement = world.agreements[a];
    if (agreement.active && agreement.government == government && agreement.kind == kind)
      return static_cast<int>(a);
  }
  return -1;
}

double trust_in_maker(const World& world, int government) {
  return world.trust_in_maker[government].mean();
}

double trust_in_government(const World& world, int government) {
  return world.trust_in_government[government].mean();
}

double trust_of_unions(const World& world, int carmaker) {
  return world.trust_of_unions[carmaker].mean();
}

double trust_in_workers(const World& world, int plant) {
  return world.trust_in_workers[plant].mean();
}

double chance_of_cut(const LabourParameters& labour, double cut, int years) {
  const double short_of = -std::log1p(-cut) - labour.performance_rate * years;
  const double std_dev = labour.performance_sd * std::sqrt(years);
  if (std_dev <= 0) return short_of <= 0 ? 1 : 0;
  return share_below(-short_of / std_dev);
}

double expected_shortfall(double amount, double mean, double std_dev) {
  if (std_dev <= 0) return std::max(0.0, amount - mean);
  const double z = (amount - mean) / std_dev;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  const double below = share_below(z);
  return std::max(0.0, (amount - mean) * below + std_dev * density);
}

double enforced_share(const TableParameters& tables, double pressure) {
  const double verified =
      tables.enforcement_verified + (1 - tables.enforcement_verified) * pressure;
  return verified * (tables.enforcement_strict + kLenient * (1 - tables.enforcement_strict));
}

double free_money_eur(const Scenario& scenario, const World& world, int government, int last_year) {
  double money = world.budget_left_eur[government] - world.committed_eur[government];
  for (int year = world.month.year() + 1; year <= last_year; ++year)
    money += yearly_budget_eur(scenario.governments[government], year);
  for (std::size_t a = 0; a < world.agreements.size(); ++a) {
    const auto& agreement = world.agreements[a];
    if (!agreement.active || agreement.government != government) continue;
    // what they will still claim and have not reserved yet
    double paid = agreement.aid_paid_eur, reserved = agreement.reserved_eur;
    if (!pays_by_year(agreement)) {
      paid = project_aid_paid_eur(world, static_cast<int>(a));
      for (const auto& project : world.projects)
        for (const auto& grant : project.grants)
          if (is_of(project, grant, static_cast<int>(a))) reserved += grant.committed_eur;
    }
    money -=
        std::max(0.0, agreement.aid_promised_eur - paid - agreement.aid_withheld_eur - reserved);
  }
  return std::max(0.0, money);
}

void reserve_instalments(const Scenario&, World& world, int year) {
  for (auto& agreement : world.agreements) {
    if (agreement.government < 0 || !pays_by_year(agreement)) continue;
    const double claim = agreement.active ? instalment_eur(agreement, year) : 0;
    auto& committed = world.committed_eur[agreement.government];
    committed = std::max(0.0, committed + claim - agreement.reserved_eur);
    agreement.reserved_eur = claim;
  }
}

double grievance_cost_eur(const Scenario& scenario, const World& world,
                          std::span<const int> plants) {
  const auto& labour = scenario.parameters.labour;
  const auto margins = expected_margins_eur(scenario, world);
  const double years = 1 / std::max(0.05, 1 - labour.unrest_memory);
  const double strikes = labour.strike_base_probability * labour.grievance * years;
  const double days = strikes * labour.strike_days;
  double cost = 0;
  for (const int plant : plants)
    cost += days * margins[plant] / (12 * labour.working_days_per_month);
  return cost;
}

void keep_guarantees(const Scenario& scenario, World& world) {
  for (auto& plant : world.plants) plant.guaranteed_jobs = 0;
  const auto outputs = expected_outputs(scenario, world);
  const int year = world.month.year();
  for (const auto& agreement : world.agreements) {
    if (!agreement.active || agreement.carmaker < 0) continue;
    double cost = 0, missing = 0, guaranteed = 0;
    std::vector<int> plants;
    for (const auto& promise : agreement.obligations) {
      if (promise.kind != Kind::jobs || promise.plant < 0 || is_final(promise.status) ||
          year < promise.from_year)
        continue;
      const double needed = jobs_needed(scenario, world, promise.plant, outputs[promise.plant]);
      const double kept = std::max(0.0, promise.amount - needed);
      const double yearly = yearly_cost_eur(scenario, world, promise.plant);
      cost += idle_cost_eur(scenario, needed + kept, needed, yearly);
      missing += kept;
      guaranteed += promise.amount;
      plants.push_back(promise.plant);
    }
    if (plants.empty()) continue;
    int last = year;
    for (const auto& promise : agreement.obligations)
      if (promise.kind == Kind::jobs) last = std::max(last, promise.due_year);
    const double aid_to_come = std::max(
        0.0, agreement.aid_promised_eur - agreement.aid_paid_eur - agreement.aid_withheld_eur);
    const double at_stake = enforced_share(scenario.parameters.tables,
                                           world.instruments[agreement.government].pressure) *
                                agreement.clawback_share * agreement.aid_paid_eur * missing /
                                guaranteed +
                            aid_to_come + grievance_cost_eur(scenario, world, plants);
    if (cost * (last - year + 1) > at_stake) continue;
    for (const auto& promise : agreement.obligations)
      if (promise.kind == Kind::jobs && promise.plant >= 0 && !is_final(promise.status) &&
          year >= promise.from_year) {
        auto& held = world.plants[promise.plant].guaranteed_jobs;
        held = std::max(held, promise.amount);
      }
  }
}

void audit_agreements(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const int year = world.month.year();
  for (auto* record : {&world.trust_in_maker, &world.trust_in_government, &world.trust_of_unions,
                       &world.trust_in_workers})
    forget(scenario.parameters.tables, *record);
  work_faster(scenario, world, luck);
  for (std::size_t a = 0; a < world.agreements.size(); ++a) {
    const int row = static_cast<int>(a);
    auto& agreement = world.agreements[a];
    if (!agreement.active || agreement.obligations.empty()) continue;
    if (!pays_by_year(agreement)) agreement.aid_paid_eur = project_aid_paid_eur(world, row);
    Findings findings;
    audit_maker(scenario, world, row, year, luck, findings);
    settle_aid(scenario, world, row, year);
    audit_government(world, row, year, findings, scenario);
    tell_members(scenario, world, agreement, findings);
    audit_workers(scenario, world, row, year, findings);
    std::string text = findings.text();
    if (is_void(agreement)) text += "; the agreement ends";
    // there are many grants: what is late there is told when it is kept or broken
    const bool only_late = findings.kept.empty() && findings.broken.empty();
    if (!text.empty() && !(agreement.kind == "grant" && only_late))
      tell(world, "audit", agreement.name + ": " + text);
    agreement.active =
        !is_void(agreement) &&
        std::any_of(agreement.obligations.begin(), agreement.obligations.end(),
                    [](const Obligation& promise) { return !is_final(promise.status); });
    if (agreement.active) continue;
    for (auto& programme : world.programmes)
      if (programme.committed_agreement == row)
        programme.committed_agreement = programme.committed_plant = -1;
  }
  reserve_instalments(scenario, world, year + 1);  // spoken for before January decides
}

}  // namespace tavolo::agents
