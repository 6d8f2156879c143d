#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/error.h"

namespace tavolo::test {

/// What `action` says when it refuses; fails the test when it does not.
template <class Action>
std::string refusal(Action&& action) {
  try {
    action();
  } catch (const engine::InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

}  // namespace tavolo::test
