#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/model.h"

namespace tavolo::engine {

/// Small models of the literature whose answers are known, and some that misbehave on request. They
/// go through the very same sweeps, stores and statistics as any other, which is what they are for.
/// Each has a scenario of its own: an experiment that names `model` needs no file for it.
struct BuiltInModel {
  std::string_view name;
  std::string_view meaning;     ///< one line
  std::string_view experiment;  ///< TOML: what a sweep without an experiment's file makes
  const ModelFamily& (*family)();
  std::string (*defaults)();  ///< its scenario as TOML
};

std::span<const BuiltInModel> built_in_models();

/// @throws InputError for a name that is none, with the nearest one.
const BuiltInModel& built_in_model(const std::string& name);

/// All of them: what each is, its parameters with units and defaults, indicators and policies.
std::string describe_built_in_models();

}  // namespace tavolo::engine
