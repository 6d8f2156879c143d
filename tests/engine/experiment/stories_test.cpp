#include "engine/experiment/stories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/experiment/sweep.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::HasSubstr;

/// Every run plays music; runs of odd replications strike; runs with aid answer in even ones.
Record told(const std::string& policy, std::uint64_t replication) {
  Record record;
  for (int year = 2024; year <= 2026; ++year) {
    record.years.push_back(year);
    record.values.insert(record.values.end(), {1.0, 1.0});
  }
  record.events.push_back({Month::of(2024, 1), "music", "A band plays (for 3 days)"});
  if (replication % 2 == 1) {
    record.events.push_back({Month::of(2025, 3), "strike", "A strike of 4 days, settled"});
    record.events.push_back({Month::of(2026, 3), "strike", "A strike of 5 days, settled"});
  }
  const bool answers = policy == "aid" && replication % 2 == 0;
  record.events.push_back(
      {Month::of(2025, 1), "policy", answers ? "The neighbour pays" : "The neighbour waits"});
  return record;
}

class Stories : public test::ToyExperiment {
 protected:
  std::string swept(const std::string& events) {
    std::string text = std::string{test::kToyHead} + test::kToyResponses + test::kToyDesign;
    text = replaced(text, "replications = 12", "replications = 4\nevents = \"" + events + "\"");
    run_sweep(read_experiment(write("experiment.toml", text), test::FamilyOf{told}),
              test::FamilyOf{told}, {.store = path("store.sqlite"), .threads = 1});
    return path("store.sqlite");
  }
  std::vector<Story> stories(const std::string& rows) {
    return read_stories(write("stories.toml", "stories = [\n" + rows + "\n]\n"));
  }
};

TEST_F(Stories, AreCountedOncePerRunThatTellsThem) {
  const StoreReader store{swept("all")};
  const auto asked =
      stories(R"({ id = "strike", kind = "strike", pattern = "strike of [0-9]+ days, settled" })");
  const auto found = frequencies(store, asked[0]);
  ASSERT_EQ(found.size(), 3U);  // policies
  for (const auto& of_policy : found) {
    EXPECT_EQ(of_policy.runs, 4U);
    EXPECT_EQ(of_policy.told, 2U);  // two strikes in each of two runs
  }
}

TEST_F(Stories, MatchTheKindAndThePattern) {
  const StoreReader store{swept("all")};
  const auto asked = stories(R"(
    { id = "any", pattern = "plays" },
    { id = "other-kind", kind = "strike", pattern = "plays" },
    { id = "sign", pattern = "\\(for 3" },
    { id = "beginning", pattern = "^band" })");
  EXPECT_EQ(frequencies(store, asked[0])[0].told, 4U);
  EXPECT_EQ(frequencies(store, asked[1])[0].told, 0U);
  EXPECT_EQ(frequencies(store, asked[2])[0].told, 4U);
  EXPECT_EQ(frequencies(store, asked[3])[0].told, 0U);
}

TEST_F(Stories, CountOnlyRunsWhoseChronicleIsKept) {
  const StoreReader store{swept("first")};
  const auto found = frequencies(store, stories(R"({ id = "any", pattern = "plays" })")[0]);
  EXPECT_EQ(found[0].runs, 1U);
  EXPECT_EQ(found[0].told, 1U);
}

// An answer is a line that the run of the same luck without the policy does not tell.
TEST_F(Stories, OfAnswersAreThoseThatDifferAtEqualLuck) {
  const StoreReader store{swept("all")};
  const auto asked = stories(
      R"({ id = "answers", kind = "policy", pattern = "neighbour [a-z]+", unlike = "none" })");
  for (const auto& [point, runs, told] : frequencies(store, asked[0])) {
    const auto& policy = store.points()[point].policy;
    EXPECT_EQ(runs, policy == "none" ? 0U : 4U) << policy;
    EXPECT_EQ(told, policy == "aid" ? 2U : 0U) << policy;
  }
}

TEST_F(Stories, OfAnswersLookOnlyAtWhatThePatternMatches) {
  const StoreReader store{swept("all")};
  const auto asked =
      stories(R"({ id = "answers", kind = "policy", pattern = "neighbour", unlike = "none" })");
  for (const auto& of_policy : frequencies(store, asked[0])) EXPECT_EQ(of_policy.told, 0U);
}

TEST_F(Stories, AreShownAsSharesOfRuns) {
  const StoreReader store{swept("all")};
  const auto asked =
      stories(R"({ id = "strike", label = "they strike", kind = "strike", pattern = "." })");
  EXPECT_THAT(stories_text(store, asked), HasSubstr("they strike"));
  EXPECT_THAT(stories_text(store, asked), HasSubstr("50"));
  EXPECT_THAT(stories_csv(store, asked), HasSubstr("policy,story,runs,told,share,low,high\n"
                                                   "none,strike,4,2,0.5,0.15"));
}

TEST_F(Stories, SayWhatIsWrongWithThem) {
  const auto refused = [&](const std::string& rows) {
    return test::refusal([&] { stories(rows); });
  };
  EXPECT_THAT(refused(R"({ id = "open", pattern = "(" })"),
              HasSubstr("The pattern of open is no regular expression"));
  EXPECT_THAT(refused(R"({ id = "none" })"), HasSubstr("pattern"));
  EXPECT_THAT(refused(""), HasSubstr("There are no stories."));
  const StoreReader silent{swept("none")};
  const auto asked = stories(R"({ id = "any", pattern = "." })");
  EXPECT_THAT(test::refusal([&] { frequencies(silent, asked[0]); }),
              HasSubstr("keeps no chronicle"));
}

TEST_F(Stories, AreLaidBesideAPolicyOfTheStore) {
  const StoreReader store{swept("all")};
  const auto asked = stories(R"({ id = "x", pattern = ".", unlike = "nobody" })");
  EXPECT_THAT(test::refusal([&] { frequencies(store, asked[0]); }),
              HasSubstr("which is no policy of"));
}

}  // namespace
}  // namespace tavolo::engine
