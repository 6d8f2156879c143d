#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// A policy strategy that a config or `--policy` can name.
struct CatalogueEntry {
  std::string_view name, meaning;
  std::unique_ptr<const PolicyStrategy> (*make)();
};

/// Every policy strategy of ours, in the order in which tables and figures show them.
std::span<const CatalogueEntry> catalogue();

/// A strategy that came while the program runs.
struct AddedPolicy {
  std::string name, meaning;
};

/// Makes a strategy known by name to everything that names policies, as if it stood in the
/// catalogue, for as long as the program runs: strategies written in another language come this
/// way. `make` is called by every run, of any thread. Thread-safe.
/// @throws engine::InputError when the name is taken, or is not a word of a-z, 0-9 and _.
void add_policy(const std::string& name, const std::string& meaning,
                std::function<std::unique_ptr<const PolicyStrategy>()> make);

/// Those that were added, in the order in which they came.
std::vector<AddedPolicy> added_policies();

/// The names that a config or `--policy` may give: the catalogue's, then the added ones.
std::vector<std::string> policy_names();

/// @return the strategy of that name; nothing if there is none.
std::unique_ptr<const PolicyStrategy> make_policy(std::string_view name);

}  // namespace tavolo::agents
