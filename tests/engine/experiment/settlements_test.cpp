#include "engine/experiment/settlements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "engine/experiment/comparison.h"
#include "engine/experiment/sweep.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::HasSubstr;

/// Two tables about the purse a run: one that settles on replication + 1 and one that fails.
Record with_tables(std::uint64_t replication) {
  Record record;
  for (int year = 2024; year <= 2026; ++year) {
    record.years.push_back(year);
    record.values.insert(record.values.end(), {100.0 + static_cast<double>(replication), 1.0});
  }
  Minutes deal;
  deal.opened = Month::of(2024, 1);
  deal.closed = Month::of(2024, 4);
  deal.kind = "purse";
  deal.name = "the \"big\" table";
  deal.protocol = "alternating offers";
  deal.end = "agreed";
  deal.rounds = 10;
  deal.parties = {{"a", 0.75, 0.5, 0.625}, {"b", 0.25, 0, 0.375}};
  deal.terms = {{"share", static_cast<double>(replication) + 1}};
  deal.nash_distance = 0.1 * static_cast<double>(replication);
  deal.kalai_smorodinsky_distance = 0.2;
  deal.transcript = {{0, 1, {1, 0}}, {1, 1, {0.75, 0.25}}};
  Minutes failed = deal;
  failed.end = "timed out";
  failed.rounds = 20;
  failed.terms.clear();
  for (auto& party : failed.parties) party.nash = std::numeric_limits<double>::quiet_NaN();
  failed.nash_distance = failed.kalai_smorodinsky_distance =
      std::numeric_limits<double>::quiet_NaN();
  record.negotiations = {deal, failed};
  record.fingerprint = replication;
  return record;
}

const test::FamilyOf kTables{
    [](const std::string&, std::uint64_t replication) { return with_tables(replication); }};

class Settlements : public test::ToyExperiment {
 protected:
  std::string swept(const std::string& text) {
    const std::string store = path("store.sqlite");
    run_sweep(read_experiment(write("experiment.toml", text), kTables), kTables,
              {.store = store, .threads = 1});
    return store;
  }
  static std::string text() {
    return replaced(std::string{test::kToyHead} + test::kToyResponses + test::kToyDesign,
                    "replications = 12", "replications = 3");
  }
};

TEST_F(Settlements, AreMeansOverRunsOfWhatTheirDealsSettledOn) {
  const StoreReader reader{swept(text())};
  const auto all = settlements(reader);
  ASSERT_EQ(all.size(), 3U);  // a line per policy
  const auto& first = all.front();
  EXPECT_EQ(first.policy, "none");
  EXPECT_EQ(first.kind, "purse");
  EXPECT_EQ(first.held, 6U);
  EXPECT_EQ(first.agreed, 3U);
  EXPECT_DOUBLE_EQ(first.rounds.value, 15);
  ASSERT_EQ(first.terms.size(), 1U);
  EXPECT_EQ(first.terms[0].issue, "share");
  EXPECT_DOUBLE_EQ(first.terms[0].value.value, 2);  // 1, 2, 3
  EXPECT_NEAR(first.terms[0].value.half_width, 4.302652729749462 / std::sqrt(3), 1e-9);
  EXPECT_NEAR(first.nash_distance.value, 0.1, 1e-12);  // failed talks have none
  EXPECT_EQ(first.nash_distance.n, 3U);
  EXPECT_THAT(settlements_text(reader), HasSubstr("purse, alternating offers"));
  EXPECT_THAT(json_text(compare(reader), settlements_json(reader)),
              HasSubstr("\"held\": 6, \"agreed\": 3"));
}

TEST_F(Settlements, KeepTranscriptsOfTheRunsWhoseChronicleIsKept) {
  const std::string store = swept(text());
  EXPECT_EQ(test::scalar(store, "SELECT count(*) FROM negotiation"), "18");
  EXPECT_EQ(test::scalar(store, "SELECT count(*) FROM negotiation WHERE transcript IS NOT NULL"),
            "6");  // replication 0 of three policies
  EXPECT_EQ(test::scalar(store,
                         "SELECT json_extract(transcript, '$[1][2]') FROM negotiation "
                         "WHERE transcript IS NOT NULL LIMIT 1"),
            "0.75");
  EXPECT_EQ(test::scalar(store,
                         "SELECT json_extract(parties, '$[0].reservation') FROM negotiation "
                         "LIMIT 1"),
            "0.5");
  EXPECT_EQ(test::scalar(store, "SELECT count(*) FROM negotiation WHERE nash_distance IS NULL"),
            "9");
  EXPECT_EQ(test::scalar(store,
                         "SELECT count(*) FROM negotiation WHERE ended = 'agreed' AND "
                         "json_extract(parties, '$[1].nash') = 0.375"),
            "9");
  EXPECT_EQ(test::scalar(store,
                         "SELECT count(*) FROM negotiation WHERE ended <> 'agreed' AND "
                         "json_extract(parties, '$[1].nash') IS NOT NULL"),
            "0");
  EXPECT_EQ(test::scalar(store, "SELECT count(*) FROM term"), "9");
}

TEST_F(Settlements, OfAModelWithoutTablesAreNone) {
  const std::string store = path("store.sqlite");
  run_sweep(experiment(text()), test::ToyFamily{}, {.store = store, .threads = 1});
  EXPECT_TRUE(settlements(StoreReader{store}).empty());
  EXPECT_EQ(settlements_text(StoreReader{store}), "");
}

}  // namespace
}  // namespace tavolo::engine
