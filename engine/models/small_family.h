#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/table.h"
#include "engine/model.h"

namespace tavolo::engine {

/// A family whose scenario is a handful of single values with defaults. `Definition` has
///
///     struct Parameters { double a = 7; … };
///     static std::vector<Field<Parameters>> fields();        // none is required
///     static constexpr const char* kName;
///     static std::vector<std::string> policies();
///     static std::vector<Indicator> indicators(const Parameters&);
///     static void check(const Config&, const Parameters&, Problems&);
///     static Record run(const Parameters&, const std::string& policy, std::uint64_t seed,
///                       std::uint64_t replication);
template <class Definition>
class SmallFamily final : public ModelFamily {
  using Parameters = typename Definition::Parameters;

 public:
  /// Its scenario as TOML, with units and meanings.
  static std::string defaults() {
    std::string text;
    static const Parameters parameters{};  // g++ 12 sees an unset one on the stack
    for (const auto& field : all_fields())
      text += std::string{field.key} + " = " + shown(field, parameters) + "  # " +
              (field.unit.empty() ? std::string{} : std::string{field.unit} + ": ") +
              std::string{field.meaning} + "\n";
    return text;
  }

  std::vector<std::string> policies() const override { return Definition::policies(); }

  std::vector<Indicator> indicators(const std::string& scenario,
                                    std::span<const Override> overrides) const override {
    return Definition::indicators(read(scenario, overrides));
  }

  std::unique_ptr<const Model> prepare(const std::string& scenario,
                                       std::span<const Override> overrides) const override {
    struct Prepared final : Model {
      explicit Prepared(Parameters p) : parameters{std::move(p)} {}
      Record run(const std::string& policy, std::uint64_t seed,
                 std::uint64_t replication) const override {
        return Definition::run(parameters, policy, seed, replication);
      }
      Parameters parameters;
    };
    return std::make_unique<Prepared>(read(scenario, overrides));
  }

 private:
  static const std::vector<Field<Parameters>>& all_fields() {
    static const std::vector<Field<Parameters>> fields = [] {
      auto list = Definition::fields();
      for (auto& field : list) field.required = false;
      return list;
    }();
    return fields;
  }

  static std::string shown(const Field<Parameters>& field, const Parameters& parameters) {
    if (const auto* real = std::get_if<double Parameters::*>(&field.member))
      return exact(parameters.**real);
    if (const auto* whole = std::get_if<int Parameters::*>(&field.member))
      return std::to_string(parameters.**whole);
    if (const auto* word = std::get_if<std::string Parameters::*>(&field.member))
      return "\"" + parameters.**word + "\"";
    return "";  // a small scenario has numbers and words alone
  }

  Parameters read(const std::string& scenario, std::span<const Override> overrides) const {
    Problems problems;
    Config config = scenario.empty()
                        ? Config::parse({}, std::string{"model "} + Definition::kName, problems)
                        : Config::load(scenario, problems);
    config.apply(overrides, problems);
    std::vector<std::string_view> known;
    for (const auto& field : all_fields()) known.push_back(field.key);
    config.refuse_unknown(known, problems);
    const auto parameters = read_section<Parameters>(config, "", std::span{all_fields()}, problems);
    Definition::check(config, parameters, problems);
    problems.throw_if_any();
    return parameters;
  }
};

}  // namespace tavolo::engine
