#include "engine/experiment/chronicle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

const std::vector<Indicator> kIndicators{{"purse_eur", "EUR", "m"}, {"share", "", "m"}};

Record record() {
  return {{2024, 2025},
          {1234567, 0.25, 20e6, 0.5},
          {{Month::of(2024, 3), "aid", "paid"},
           {Month::of(2025, 1), "balance", "drawn \"up\""},
           {Month::of(2025, 2), "aid", "paid"}},
          0xabc};
}

TEST(Chronicle, GroupsEventsByYear) {
  EXPECT_EQ(chronicle_text(record()),
            "2024\n"
            "  2024-03  aid      paid\n"
            "\n"
            "2025\n"
            "  2025-01  balance  drawn \"up\"\n"
            "  2025-02  aid      paid\n");
  EXPECT_EQ(chronicle_text({}), "");
}

TEST(YearTable, HasARowForEachIndicatorAskedFor) {
  EXPECT_EQ(year_table(record(), kIndicators, std::vector<std::string>{"share", "purse_eur"}),
            "year                  2024   2025\n"
            "---------------------------------\n"
            "share                0.250  0.500\n"
            "purse_eur [EUR]  1 234 567  20.0M\n");
  EXPECT_THAT(
      test::refusal([] { year_table(record(), kIndicators, std::vector<std::string>{"shares"}); }),
      testing::HasSubstr("Did you mean \"share\"?"));
}

TEST(RecordJson, HoldsTheWholeRun) {
  EXPECT_EQ(record_json(record(), kIndicators), R"({
  "years": [2024, 2025],
  "indicators": {
    "purse_eur": [1234567, 2e+07],
    "share": [0.25, 0.5]
  },
  "events": [
    {"month": "2024-03", "kind": "aid", "text": "paid"},
    {"month": "2025-01", "kind": "balance", "text": "drawn \"up\""},
    {"month": "2025-02", "kind": "aid", "text": "paid"}
  ],
  "fingerprint": "0000000000000abc"
}
)");
}

TEST(RecordJson, HoldsTheMonthsIfTheyAreNamed) {
  auto run = record();
  run.first_month = Month::of(2024, 11);
  run.monthly = {1, 10, 2, 20};
  EXPECT_THAT(record_json(run, kIndicators, kIndicators), testing::HasSubstr(R"(
  "first_month": "2024-11",
  "monthly": {
    "purse_eur": [1, 2],
    "share": [10, 20]
  },)"));
}

}  // namespace
}  // namespace tavolo::engine
