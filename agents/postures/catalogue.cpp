#include "agents/postures/catalogue.h"

#include <algorithm>
#include <iterator>

#include "agents/postures/cooperate.h"
#include "agents/postures/follow_the_money.h"
#include "agents/postures/hold_out.h"
#include "engine/registry.h"

namespace tavolo::agents {
namespace {

using Made = std::unique_ptr<const PostureRule>;

template <class Rule>
Made make() {
  return std::make_unique<const Rule>();
}

struct Entry {
  std::string_view name, meaning;
  Made (*make)();
};

constexpr Entry kCatalogue[]{
    {"hold_out", "yields late, insists on a third of what a table could bring", make<HoldOut>},
    {"cooperate", "yields early, claims nothing beyond walking away", make<Cooperate>},
    {"follow_the_money", "commits half of its budget where the state pays for no plants",
     make<FollowTheMoney>},
};

struct Added {
  std::string meaning;
  std::function<Made()> make;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> postures() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& entry : kCatalogue)
    rows.emplace_back(std::string{entry.name}, std::string{entry.meaning});
  for (const auto& [name, posture] : engine::registry_of<Added>().all())
    rows.emplace_back(name, posture.meaning);
  return rows;
}

void add_posture(const std::string& name, const std::string& meaning, std::function<Made()> make) {
  const bool built_in = std::any_of(std::begin(kCatalogue), std::end(kCatalogue),
                                    [&](const auto& entry) { return entry.name == name; });
  engine::add_named({"posture", "posture", "hold_out"}, name, built_in,
                    Added{meaning, std::move(make)}, name);
}

Made make_posture(std::string_view name) {
  for (const auto& entry : kCatalogue)
    if (entry.name == name) return entry.make();
  const auto posture = engine::registry_of<Added>().find(name);
  return posture ? posture->make() : nullptr;
}

}  // namespace tavolo::agents
