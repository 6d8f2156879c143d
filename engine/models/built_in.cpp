#include "engine/models/built_in.h"

#include <array>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/models/failing.h"
#include "engine/models/ishigami.h"
#include "engine/models/lake.h"
#include "engine/models/mm1.h"
#include "engine/models/small_family.h"
#include "engine/models/trivial.h"

namespace tavolo::engine {
namespace {

template <class Definition>
const ModelFamily& family() {
  static const SmallFamily<Definition> instance;
  return instance;
}

template <class Definition>
BuiltInModel entry(std::string_view meaning) {
  return {Definition::kName, meaning, Definition::experiment(), family<Definition>,
          SmallFamily<Definition>::defaults};
}

}  // namespace

std::span<const BuiltInModel> built_in_models() {
  static const std::array models{
      entry<Ishigami>("the Ishigami function, whose sensitivity indices are known"),
      entry<Mm1>("a queue with one server, whose mean wait is known"),
      entry<Lake>("the shallow lake problem: releases against a tipping point"),
      entry<Trivial>("takes no time: what a sweep itself costs"),
      entry<Failing>("fails on request: throws, records no number, crashes or hangs")};
  return models;
}

const BuiltInModel& built_in_model(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& model : built_in_models()) {
    if (model.name == name) return model;
    names.push_back(model.name);
  }
  throw InputError{"model \"" + name + "\" is unknown.",
                   "A model is one of the built-in ones; without --model it is the industry's.",
                   suggestion(name, names)};
}

std::string describe_built_in_models() {
  std::string text;
  for (const auto& model : built_in_models()) {
    const auto& family = model.family();
    text += (text.empty() ? "" : "\n") + std::string{model.name} + ": " +
            std::string{model.meaning} + "\n  policies:";
    for (const auto& policy : family.policies()) text += " " + policy;
    text += "\n  indicators:";
    const auto indicators = family.indicators("", {});
    constexpr std::size_t kShown = 6;
    for (std::size_t i = 0; i < indicators.size() && i < kShown; ++i)
      text += " " + indicators[i].name + " [" + indicators[i].unit + "]";
    if (indicators.size() > kShown) text += " …";
    text += "\n  scenario:\n";
    const std::string defaults = model.defaults();
    for (std::size_t at = 0; at < defaults.size();) {
      const auto end = defaults.find('\n', at);
      text += "    " + defaults.substr(at, end - at) + "\n";
      at = end + 1;
    }
  }
  return text;
}

}  // namespace tavolo::engine
