#include "agents/postures/catalogue.h"

#include "agents/postures/cooperate.h"
#include "agents/postures/follow_the_money.h"
#include "agents/postures/hold_out.h"
#include "engine/error.h"
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

engine::Registry<Added>& added() {
  static auto* registry = new engine::Registry<Added>;  // outlives what ends with the program
  return *registry;
}

[[noreturn]] void refuse_taken(const std::string& name) {
  throw engine::InputError{"a posture \"" + name + "\" exists already.",
                           "A name stands for one posture in every store that names it.",
                           "Give yours another name."};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> postures() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& entry : kCatalogue)
    rows.emplace_back(std::string{entry.name}, std::string{entry.meaning});
  for (const auto& [name, posture] : added().all()) rows.emplace_back(name, posture.meaning);
  return rows;
}

void add_posture(const std::string& name, const std::string& meaning, std::function<Made()> make) {
  if (!engine::is_word(name))
    throw engine::InputError{"\"" + name + "\" cannot name a posture.",
                             "Names stand in configs, commands and tables: a-z, 0-9 and _, a "
                             "letter first.",
                             "Call it like hold_out."};
  for (const auto& entry : kCatalogue)
    if (entry.name == name) refuse_taken(name);
  if (!added().add(name, {meaning, std::move(make)})) refuse_taken(name);
}

Made make_posture(std::string_view name) {
  for (const auto& entry : kCatalogue)
    if (entry.name == name) return entry.make();
  const auto posture = added().find(name);
  return posture ? posture->make() : nullptr;
}

}  // namespace tavolo::agents
