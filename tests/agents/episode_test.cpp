#include "agents/episode.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agents/automotive_model.h"
#include "agents/policies/catalogue.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

const std::string kTiny = TAVOLO_SOURCE_DIR "/configs/tiny.toml";

std::shared_ptr<const Scenario> tiny() {
  static const auto scenario = std::make_shared<const Scenario>(load_scenario(kTiny, {}));
  return scenario;
}

// What a learner plays is the model itself, not a likeness of it.
TEST(Episode, UnderThePolicysLeversIsItsRunBitForBit) {
  for (const std::string policy : {"no_intervention", "transition_pact", "adaptive"}) {
    const auto strategy = make_policy(policy);
    Episode episode{tiny(), strategic_governments(*tiny()), "no_intervention", 3, 1};
    int years = 0;
    for (; !episode.over(); ++years) episode.step({strategy->decide(episode.views()[0])});
    EXPECT_EQ(years, 4);
    World world = episode.world();
    EXPECT_EQ(fingerprint(world), fingerprint(play(*tiny(), policy, 3, 1))) << policy;
  }
}

TEST(Episode, ShowsTheYearThatIsDecidedNext) {
  Episode episode{tiny(), strategic_governments(*tiny()), "no_intervention", 1, 0};
  EXPECT_EQ(episode.year(), 2024);
  EXPECT_EQ(episode.views()[0].year, 2024);
  episode.step({Instruments{}});
  EXPECT_EQ(episode.views()[0].year, 2025);
  EXPECT_EQ(episode.views()[0].first_year, 2024);
}

TEST(Episode, RefusesALeverThatIsNegative) {
  Episode episode{tiny(), strategic_governments(*tiny()), "no_intervention", 1, 0};
  EXPECT_THROW(episode.step({Instruments{.purchase_budget_eur = -1}}), engine::RunError);
}

}  // namespace
}  // namespace tavolo::agents
