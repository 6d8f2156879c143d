#include "agents/carmakers/stance.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/postures/catalogue.h"
#include "agents/tables/bargain.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

const std::string kTiny = TAVOLO_SOURCE_DIR "/configs/tiny.toml";

Scenario tiny(const std::string& posture) {
  const std::vector<engine::Override> changes{{"carmaker_posture", "\"" + posture + "\""}};
  return load_scenario(kTiny, changes);
}

class Fixed final : public PostureRule {
 public:
  explicit Fixed(Posture posture) : posture_{posture} {}
  Posture decide(const PostureView&) const override { return posture_; }

 private:
  Posture posture_;
};

void add(const std::string& name, Posture posture) {
  add_posture(name, "", [posture] { return std::make_unique<const Fixed>(posture); });
}

TEST(Posture, ThatAsksForNothingIsNone) {
  add("test_as_ever", {});
  const auto with = play(tiny("test_as_ever"), "transition_pact", 1, 0);
  const auto without = play(load_scenario(kTiny, {}), "transition_pact", 1, 0);
  EXPECT_EQ(fingerprint(with), fingerprint(without));
  EXPECT_TRUE(without.postures.empty());
}

TEST(Posture, IsTakenOnWhatTheMakersOwnPlantsAndTheYearsLeversAre) {
  const Scenario scenario = tiny("cooperate");
  const World world =
      play_to_january(scenario, "transition_pact", 1, 0, 2026, "revise_product_plans");
  for (std::size_t c = 0; c < world.postures.size(); ++c) {
    if (world.postures[c].concession == 0) continue;  // no home plants
    const auto view = posture_view(scenario, world, static_cast<int>(c));
    EXPECT_EQ(view.year, 2026);
    EXPECT_GT(view.plant_jobs, 0);
    EXPECT_GT(view.capacity, 0);
    EXPECT_GT(view.vehicles, 0);
    EXPECT_GT(view.levers.grant_share, 0);
    EXPECT_EQ(world.postures[c].concession, 2);
    return;
  }
  FAIL() << "no maker took the posture";
}

TEST(Posture, ClaimsItsShareOfWhatATableCouldBring) {
  World world;
  EXPECT_EQ(maker_reservation(world, 0, 0.4), 0.4);
  world.postures = {{.claim = 0.5}};
  EXPECT_DOUBLE_EQ(maker_reservation(world, 0, 0.4), 0.7);
  EXPECT_EQ(maker_reservation(world, 0, 1.0), 1.0);
}

TEST(Posture, ThatIsOutOfRangeOrNoNumberFailsItsRun) {
  add("test_greedy", {.claim = 1.5});
  add("test_lost", {.concession = std::numeric_limits<double>::quiet_NaN()});
  for (const auto* name : {"test_greedy", "test_lost"})
    EXPECT_THROW(play(tiny(name), "no_intervention", 1, 0), engine::RunError) << name;
}

TEST(Posture, ThatNobodyKnowsIsRefused) {
  try {
    tiny("hold_oout");
    FAIL() << "accepted";
  } catch (const engine::InputError& error) {
    EXPECT_NE(std::string{error.what()}.find("Did you mean \"hold_out\""), std::string::npos);
  }
}

TEST(Posture, HasANameOfItsOwn) {
  for (const auto* name : {"hold_out", "", "No", "a-b"})
    EXPECT_THROW(add(name, {}), engine::InputError);
}

}  // namespace
}  // namespace tavolo::agents
