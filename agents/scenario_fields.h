#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agents/scenario.h"
#include "engine/config.h"

/// The columns of every config table with unit, meaning and accepted range: the one list that the
/// reader, the checks and `tavolo describe` follow. A column is named as the member of its row.

namespace tavolo::agents {

/// The columns of `Row`'s table, in the order in which they are explained.
template <class Row>
std::span<const engine::Field<Row>> fields();

// clang-format off
template <> std::span<const engine::Field<Country>> fields();
template <> std::span<const engine::Field<Market>> fields();
template <> std::span<const engine::Field<Carmaker>> fields();
template <> std::span<const engine::Field<Brand>> fields();
template <> std::span<const engine::Field<Plant>> fields();
template <> std::span<const engine::Field<Programme>> fields();
template <> std::span<const engine::Field<Vehicle>> fields();
template <> std::span<const engine::Field<ShareMargin>> fields();
template <> std::span<const engine::Field<OutputMargin>> fields();
template <> std::span<const engine::Field<Driver>> fields();
template <> std::span<const engine::Field<Component>> fields();
template <> std::span<const engine::Field<Shock>> fields();
template <> std::span<const engine::Field<Duty>> fields();
template <> std::span<const engine::Field<Co2Rule>> fields();
template <> std::span<const engine::Field<Fund>> fields();
template <> std::span<const engine::Field<Bonus>> fields();
template <> std::span<const engine::Field<CompanyCarTax>> fields();
template <> std::span<const engine::Field<Union>> fields();
template <> std::span<const engine::Field<Government>> fields();
template <> std::span<const engine::Field<Project>> fields();
template <> std::span<const engine::Field<Site>> fields();
// clang-format on

/// The single values at the top of a scenario: title, start, until, base_year, policy.
template <>
std::span<const engine::Field<Scenario>> fields();

/// A table of a scenario, or the top of it.
struct Table {
  std::string_view name;     ///< as written in the file: "plants"
  std::string_view meaning;  ///< one line
  std::string_view file;     ///< where configs/italy keeps it: "plants.toml"
  bool required;             ///< at least one row
};
std::span<const Table> tables();

/// Every table with its columns as text: key, unit, accepted values, required or not, meaning.
std::string describe_tables();

}  // namespace tavolo::agents
