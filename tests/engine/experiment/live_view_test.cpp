#include "engine/experiment/live_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LiveViewOfASweep : public test::ToyExperiment {
 protected:
  std::string store() const { return path("s.sqlite"); }
};

// From another connection, while the sweep holds the store.
TEST_F(LiveViewOfASweep, ShowsEstimatesAndFailuresWhileRunsAreMade) {
  const auto text = replaced(test::toy_experiment_text(), "\"purse.aid_eur\" = [10, 20]",
                             "\"purse.aid_eur\" = [10, 20]\n\"purse.fails_from\" = [5]");
  std::string seen;
  const test::ToyFamily family{[&](const std::string& policy, std::uint64_t replication) {
    if (policy != "none" || replication != 11 || !seen.empty()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{600});  // what was made is committed
    seen = live_text(read_live_view(store(), {"purse"}));
  }};
  run_sweep(experiment(text), family, {.store = store(), .threads = 1});
  EXPECT_THAT(seen, AllOf(HasSubstr("of 72 runs"), HasSubstr("runs/s"), HasSubstr("left"),
                          HasSubstr("Latest failures"), HasSubstr("--policy loan"),
                          HasSubstr("purse [EUR]"), HasSubstr("±")));
  EXPECT_THAT(live_text(read_live_view(store(), {})), HasSubstr("Every run is made."));
}

TEST_F(LiveViewOfASweep, RefusesAResponseThatThereIsNot) {
  run_sweep(experiment(), test::ToyFamily{}, {.store = store()});
  EXPECT_THAT(test::refusal([&] { read_live_view(store(), {"purze"}); }),
              HasSubstr("Did you mean \"purse\"?"));
}

TEST(LiveViewPage, FitsItsTerminal) {
  EXPECT_EQ(clipped("Länge\nab\nc\n", 3, 2), "Län\nab\n");
  EXPECT_EQ(clipped("a\n", 80, 24), "a\n");
}

}  // namespace
}  // namespace tavolo::engine
