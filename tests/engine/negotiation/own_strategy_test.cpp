// The example of docs/negotiation.md: what it shows is what is compiled and run here.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

// [example]
#include <algorithm>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/strategies.h"

namespace tavolo::engine::negotiation {

/// Goes down its ranking by a fixed share of its outcomes each round, and in the last tenth of the
/// time takes whatever is at least half of the best.
Strategy staircase(double share_per_round) {
  return {.name = "STAIRCASE",
          .bidding =
              [share_per_round](const View& view) {
                const auto& ranking = view.ranking();
                const auto rational = ranking.size() - view.first_rational();
                const double down =
                    share_per_round * (view.round() - 1) * static_cast<double>(rational);
                const auto steps = std::min(static_cast<std::size_t>(down), rational - 1);
                return ranking.outcome_at(ranking.size() - 1 - steps);
              },
          .acceptance =
              [](const View& view, std::size_t offer, std::size_t own) {
                if (view.time() > 0.9) return view.utility(offer) >= view.greatest() / 2;
                return view.utility(offer) >= view.utility(own);
              }};
}
// [example]

namespace {

TEST(OwnStrategy, BargainsLikeAPublishedOne) {
  Issue slices{"slices", {}};
  Utilities one, other;
  for (int x = 0; x <= 100; ++x) {
    slices.levels.push_back(x);
    one.of.push_back(x / 100.0);
    other.of.push_back(1 - x / 100.0);
  }
  AlternatingOffers talks{
      Agenda{{slices}}, {{"one", one, staircase(0.01)}, {"other", other, linear()}}, 99};
  EXPECT_EQ(talks.play(99), Status::agreed);
  EXPECT_EQ(talks.round(), 51);
  EXPECT_EQ(talks.terms(), (Offer{50}));
}

TEST(OwnStrategy, IsTheOneThatTheManualShows) {
  const auto text_of = [](const char* path) {
    std::ifstream file{std::string{TAVOLO_SOURCE_DIR} + path};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  const auto source = text_of("/tests/engine/negotiation/own_strategy_test.cpp");
  const std::string mark = "// [example]\n";
  const auto begin = source.find(mark) + mark.size();
  const auto example = source.substr(begin, source.find(mark, begin) - begin);
  ASSERT_GT(example.size(), 500);
  EXPECT_NE(text_of("/docs/negotiation.md").find(example), std::string::npos);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
