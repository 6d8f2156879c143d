#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/postures/posture.h"

namespace tavolo::agents {

/// Name and meaning of every posture that a scenario may name: ours, then those that were added.
std::vector<std::pair<std::string, std::string>> postures();

/// Makes a posture known by name for as long as the program runs, as add_policy() does of policies.
/// `make` is called by every run and year, of any thread. Thread-safe.
/// @throws engine::InputError when the name is taken, or is not a word of a-z, 0-9 and _.
void add_posture(const std::string& name, const std::string& meaning,
                 std::function<std::unique_ptr<const PostureRule>()> make);

/// @return the posture of that name; nothing if there is none.
std::unique_ptr<const PostureRule> make_posture(std::string_view name);

}  // namespace tavolo::agents
