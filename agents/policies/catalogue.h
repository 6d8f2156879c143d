#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// A policy strategy that a config or `--policy` can name.
struct CatalogueEntry {
  std::string_view name, meaning;
  std::unique_ptr<const PolicyStrategy> (*make)();
};

/// Every policy strategy, in the order in which tables and figures show them.
std::span<const CatalogueEntry> catalogue();

/// @return the strategy of that name; nothing if there is none.
std::unique_ptr<const PolicyStrategy> make_policy(std::string_view name);

}  // namespace tavolo::agents
