#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"
#include "engine/random.h"
#include "engine/recorder.h"

/// A purse that grows a little every year: the smallest family of models, for experiments.

namespace tavolo::test {

struct ToyScenario {
  engine::Month start = engine::Month::of(2024, 1);
  int until = 2026;
  double growth = 0.1;       ///< per year
  double aid_eur = 10;       ///< paid every year under the policies aid and loan
  int fails_from = 1 << 30;  ///< replications from here on fail under the policy loan
};

/// What the toy knows of the outside, for tests that count or stop.
using OnRun = std::function<void(const std::string& policy, std::uint64_t replication)>;

class ToyModel final : public engine::Model {
 public:
  ToyModel(ToyScenario scenario, OnRun on_run) : scenario_{scenario}, on_run_{std::move(on_run)} {}

  engine::Record run(const std::string& policy, std::uint64_t seed,
                     std::uint64_t replication) const override {
    on_run_(policy, replication);
    if (policy == "loan" && static_cast<int>(replication) >= scenario_.fails_from)
      throw engine::RunError{"the books do not balance"};
    enum class Luck { kShock };
    const engine::Streams streams{seed, replication};
    engine::Record record;
    engine::Fingerprint fingerprint;
    double purse = 100, aid = 0;
    for (int year = scenario_.start.year(); year <= scenario_.until; ++year) {
      auto draws = streams.at(static_cast<std::uint32_t>(12 * year))(Luck::kShock, 0);
      aid = policy == "none" ? 0 : scenario_.aid_eur;
      purse = purse * (1 + scenario_.growth) + aid + draws.normal(0, 5);
      record.years.push_back(year);
      record.values.insert(record.values.end(), {purse, aid});
      record.events.push_back(
          {engine::Month::of(year, 12), "balance", "the purse holds " + std::to_string(purse)});
      for (int month = 1; month <= 12; ++month) record.monthly.push_back(purse * month / 12);
      fingerprint.add(purse);
    }
    record.first_month = scenario_.start;
    record.fingerprint = fingerprint.value();
    return record;
  }

 private:
  ToyScenario scenario_;
  OnRun on_run_;
};

class ToyFamily final : public engine::ModelFamily {
 public:
  explicit ToyFamily(OnRun on_run = [](const std::string&, std::uint64_t) {})
      : on_run_{std::move(on_run)} {}

  std::vector<engine::Indicator> indicators(const std::string&,
                                            std::span<const engine::Override>) const override {
    return {{"purse_eur", "EUR", "what the purse holds at the end of the year"},
            {"aid_eur", "EUR/year", "aid paid in the year"}};
  }
  std::vector<engine::Indicator> monthly_indicators() const override {
    return {{"coins_eur", "EUR", "in the purse"}};
  }
  std::vector<std::string> policies() const override { return {"none", "aid", "loan"}; }

  std::unique_ptr<const engine::Model> prepare(
      const std::string& scenario, std::span<const engine::Override> overrides) const override {
    using Field = engine::Field<ToyScenario>;
    static const std::vector<Field> top{
        {.key = "start", .member = &ToyScenario::start, .unit = "month", .meaning = "first"},
        {.key = "until", .member = &ToyScenario::until, .unit = "year", .meaning = "last"},
    };
    static const std::vector<Field> purse{
        {.key = "growth",
         .member = &ToyScenario::growth,
         .unit = "1/year",
         .meaning = "of the purse",
         .range = {-1, 1}},
        {.key = "aid_eur", .member = &ToyScenario::aid_eur, .unit = "EUR/year", .meaning = "paid"},
        {.key = "fails_from",
         .member = &ToyScenario::fails_from,
         .unit = "",
         .meaning = "first replication that fails",
         .required = false},
    };
    engine::Problems problems;
    auto config = engine::Config::load(scenario, problems);
    config.apply(overrides, problems);
    static const std::vector<std::string_view> known{"start", "until", "purse"};
    config.refuse_unknown(known, problems);
    const auto times = engine::read_section<ToyScenario>(config, "", std::span{top}, problems);
    auto toy = engine::read_section<ToyScenario>(config, "purse", std::span{purse}, problems);
    problems.throw_if_any();
    toy.start = times.start;
    toy.until = times.until;
    return std::make_unique<ToyModel>(toy, on_run_);
  }

 private:
  OnRun on_run_;
};

/// The toy's indicators and policies, with whatever runs a test gives.
class FamilyOf final : public engine::ModelFamily {
 public:
  using Run = std::function<engine::Record(const std::string& policy, std::uint64_t replication)>;
  explicit FamilyOf(Run run) : run_{std::move(run)} {}

  std::vector<engine::Indicator> indicators(
      const std::string& scenario, std::span<const engine::Override> overrides) const override {
    return ToyFamily{}.indicators(scenario, overrides);
  }
  std::vector<std::string> policies() const override { return ToyFamily{}.policies(); }
  std::unique_ptr<const engine::Model> prepare(const std::string&,
                                               std::span<const engine::Override>) const override {
    struct Given final : engine::Model {
      explicit Given(Run given) : run_given{std::move(given)} {}
      engine::Record run(const std::string& policy, std::uint64_t,
                         std::uint64_t replication) const override {
        return run_given(policy, replication);
      }
      Run run_given;
    };
    return std::make_unique<Given>(run_);
  }

 private:
  Run run_;
};

}  // namespace tavolo::test
