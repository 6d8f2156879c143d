#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/policies/catalogue.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

class Shout final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView&) const override { return {.pressure = 1}; }
};
std::unique_ptr<const PolicyStrategy> make_shout() { return std::make_unique<const Shout>(); }

TEST(AddedPolicy, IsKnownWhereverPoliciesAreNamed) {
  add_policy("test_shout", "shouts", make_shout);
  ASSERT_NE(make_policy("test_shout"), nullptr);
  EXPECT_EQ(make_policy("test_shout")->decide({}).pressure, 1);
  const auto names = AutomotiveFamily{}.policies();
  EXPECT_EQ(std::count(names.begin(), names.end(), "test_shout"), 1);
  EXPECT_NE(describe("policies").find("test_shout                  shouts"), std::string::npos);
}

TEST(AddedPolicy, HasANameOfItsOwn) {
  add_policy("test_own", "", make_shout);
  for (const auto* name : {"test_own", "adaptive", "", "No", "a-b", "1st"})
    EXPECT_THROW(add_policy(name, "", make_shout), engine::InputError) << name;
}

TEST(AddedPolicy, IsAddedOnceWhenThreadsRace) {
  std::atomic<int> added = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&added] {
        for (int i = 0; i < 50; ++i) {
          try {
            add_policy("test_race_" + std::to_string(i), "", make_shout);
            ++added;
          } catch (const engine::InputError&) {
          }
          EXPECT_NE(make_policy("test_race_" + std::to_string(i)), nullptr);
        }
      });
  }
  EXPECT_EQ(added, 50);
}

}  // namespace
}  // namespace tavolo::agents
