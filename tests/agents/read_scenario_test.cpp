#include "agents/read_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "agents/initialise.h"
#include "agents/scenario_fields.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// The town with one thing changed, and what the reader says about it.
class SpoiltTown {
 public:
  /// Replaces `old_text`, which must be there exactly once, and remembers its line.
  SpoiltTown& replace(std::string_view old_text, std::string_view new_text) {
    const auto position = text_.find(old_text);
    EXPECT_NE(position, std::string::npos) << old_text;
    EXPECT_EQ(text_.find(old_text, position + 1), std::string::npos) << old_text << " twice";
    if (position == std::string::npos) return *this;
    line_ = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(position), '\n');
    text_.replace(position, old_text.size(), new_text);
    return *this;
  }
  /// Removes a whole table of rows.
  SpoiltTown& without_table(std::string_view table) {
    const auto begin = text_.find("\n" + std::string{table} + " = [");
    EXPECT_NE(begin, std::string::npos) << table;
    if (begin == std::string::npos) return *this;
    text_.erase(begin, text_.find("\n]", begin) + 2 - begin);
    return *this;
  }
  std::vector<std::string> problems() const {
    engine::Problems problems;
    const auto config = engine::Config::parse(text_, "tiny.toml", problems);
    read_scenario(config, problems);
    return problems.messages();
  }
  /// "tiny.toml:17: " of the last replacement.
  std::string place() const { return "tiny.toml:" + std::to_string(line_) + ": "; }
  Scenario scenario() const {
    engine::Problems problems;
    const auto config = engine::Config::parse(text_, "tiny.toml", problems);
    return read_scenario(config, problems);
  }

 private:
  std::string text_ = two_car_town_text();
  long line_ = 0;
};

/// The one problem of a town with one replacement: where it is, what it says and what helps.
void expect_problem(std::string_view old_text, std::string_view new_text, std::string_view problem,
                    std::string_view remedy = "") {
  SpoiltTown town;
  town.replace(old_text, new_text);
  EXPECT_THAT(town.problems(),
              ElementsAre(AllOf(StartsWith(town.place()), HasSubstr(std::string{problem}),
                                HasSubstr(std::string{remedy}))));
}

TEST(ReadScenario, ReadsTheTwoCarTownWithoutAProblem) {
  EXPECT_THAT(SpoiltTown{}.problems(), IsEmpty());
  const Scenario town = two_car_town();
  EXPECT_EQ(town.title, "Two-car town");
  EXPECT_EQ(town.start, Month::of(2024, 1));
  EXPECT_EQ(town.until, 2027);
  EXPECT_EQ(town.base_year, 2023);
  EXPECT_EQ(town.policy, "no_intervention");
  EXPECT_EQ(town.parameters.population.buyers, 600);
  EXPECT_EQ(town.parameters.labour.strike_days, 8) << "a parameter left out keeps its default";
  EXPECT_EQ(town.countries.size(), 3u);
  EXPECT_EQ(town.vehicles.size(), 9u);
  EXPECT_EQ(town.markets[0].car_registrations.at("2023"), 200000);
  EXPECT_THAT(town.plants[0].platforms, ElementsAre("compact", "van"));
  EXPECT_FALSE(town.plants[2].tracked);
  EXPECT_FALSE(town.text.empty());
}

TEST(ReadScenario, ResolvesEveryLinkToItsRow) {
  const Scenario town = two_car_town();
  EXPECT_EQ(town.markets[1].country.row, 1);
  EXPECT_EQ(town.carmakers[1].country.row, 2);
  EXPECT_EQ(town.carmakers[1].export_plant.row, 2);
  EXPECT_FALSE(town.carmakers[0].parent);
  EXPECT_EQ(town.brands[2].carmaker.row, 1);
  EXPECT_EQ(town.plants[1].country.row, 1);
  EXPECT_EQ(town.plants[1].carmaker.row, 0);
  EXPECT_EQ(town.programmes[0].brand.row, 0);
  ASSERT_EQ(town.programmes[0].next_plants.size(), 2u);
  EXPECT_EQ(town.programmes[0].next_plants[1].row, 1);
  EXPECT_EQ(town.vehicles[4].programme.row, 3);
  EXPECT_EQ(town.carmaker_of(town.vehicles[5]), 1);
  EXPECT_EQ(town.share_margins[2].market.row, 1);
  EXPECT_EQ(town.share_margins[1].brands.at(0).row, 2);
  EXPECT_EQ(town.output_margins[1].plant.row, 1);
  EXPECT_EQ(town.duties[1].origin.row, 2);
  EXPECT_EQ(town.duties[1].carmaker.row, 1);
  EXPECT_EQ(town.funds[0].country.row, 0);
  EXPECT_EQ(town.bonuses[1].fund.row, 0);
  EXPECT_EQ(town.unions[1].country.row, 0);
  EXPECT_EQ(town.governments[1].country.row, 1);
  EXPECT_EQ(town.projects[0].carmaker.row, 0);
  EXPECT_EQ(town.projects[0].plant.row, 0);
  EXPECT_EQ(town.projects[0].programmes.at(0).row, 2);
  EXPECT_EQ(town.sites[0].carmaker.row, 1);
  EXPECT_EQ(town.sites[0].country.row, 0);
}

TEST(ReadScenario, ReplacingAProgrammeResolvesToo) {
  const Scenario town =
      SpoiltTown{}
          .replace("from = \"2025-09\",", "replaces = \"quattro\", from = \"2025-09\",")
          .scenario();
  EXPECT_EQ(town.programmes[2].replaces.row, 1);
}

TEST(ReadScenario, TurnsWordsIntoRows) {
  const Scenario town = two_car_town();
  EXPECT_EQ(town.vehicles[1].power, Powertrain::bev);
  EXPECT_EQ(town.vehicles[2].power, Powertrain::hybrid);
  EXPECT_EQ(town.segment_of(town.vehicles[0]), 1);
  EXPECT_TRUE(town.is_van(town.vehicles[4]));
}

TEST(ReadScenario, AFundWithoutAnAnnouncementIsAnnouncedWhenItOpens) {
  EXPECT_EQ(two_car_town().funds[0].announced, Month::of(2024, 2));
  const Scenario town = SpoiltTown{}.replace("announced = \"2024-02\", ", "").scenario();
  EXPECT_EQ(town.funds[0].announced, Month::of(2024, 6));
}

TEST(ReadScenario, ARowWithoutANameIsCalledByItsId) {
  EXPECT_EQ(two_car_town().vehicles[0].name, "uno-petrol");
}

TEST(ReadScenario, TellsEveryProblemOfAFile) {
  SpoiltTown town;
  town.replace("until = 2027", "until = 2020").replace("price_eur = 19_000", "price_eur = -1");
  EXPECT_EQ(town.problems().size(), 2u);
}

TEST(ReadScenario, AMissingTableNamesTheFileToInclude) {
  EXPECT_THAT(
      SpoiltTown{}.without_table("co2_rules").problems(),
      ElementsAre(AllOf(StartsWith("tiny.toml: "), HasSubstr("The table co2_rules is missing."),
                        HasSubstr("Add \"rules.toml\" to `include`"))));
  EXPECT_THAT(SpoiltTown{}.without_table("plants").problems(),
              Contains(HasSubstr("Add \"plants.toml\" to `include`")));
}

TEST(ReadScenario, AnEmptyRequiredTableIsMissingToo) {
  SpoiltTown town;
  town.without_table("co2_rules").replace("\nduties = [", "\nco2_rules = []\nduties = [");
  EXPECT_THAT(town.problems(), ElementsAre(HasSubstr("The table co2_rules is empty.")));
}

TEST(ReadScenario, SomeTablesMayBeLeftOut) {
  SpoiltTown town;
  for (const auto& table : tables())
    if (!table.required) town.without_table(table.name);
  EXPECT_THAT(town.problems(), IsEmpty());
}

TEST(ReadScenario, RefusesATableItDoesNotKnow) {
  expect_problem("sites = [", "site = [", "site", "sites");
}

TEST(ReadScenario, RefusesAHorizonInThePast) {
  expect_problem("until = 2027", "until = 2023", "until = 2023 is before the start, 2024-01.",
                 "Set until to 2024 or later.");
}

TEST(ReadScenario, RefusesAHorizonBeyond2100) {
  expect_problem("until = 2027", "until = 2101", "until = 2101 is beyond 2100.");
}

TEST(ReadScenario, RefusesAStartThatIsNotAKnownJanuary) {
  expect_problem("start = \"2024-01\"", "start = \"2024-05\"", "start = 2024-05 is not a January",
                 "Set start to \"2024-01\".");
  expect_problem("start = \"2024-01\"", "start = \"2026-01\"", "start = 2026-01 is not a January");
}

TEST(ReadScenario, RefusesABaseYearAfterTheStart) {
  SpoiltTown town;
  town.replace("base_year = 2023", "base_year = 2025");
  EXPECT_THAT(town.problems(), Contains(AllOf(StartsWith(town.place()),
                                              HasSubstr("base_year = 2025 is after the start"))));
}

TEST(ReadScenario, ForgetsWhatCameAfterKnownUntil) {
  SpoiltTown town;
  town.replace("base_year = 2023", "base_year = 2023\nknown_until = \"2024-01\"");
  town.replace("by_year = { 2022 = 1.81, 2023 = 1.86 }",
               "by_year = { 2022 = 1.81, 2023 = 1.86, 2024 = 9 }");
  town.replace("bonus_eur = { 2022 = 2_500, 2023 = 1_500 }",
               "bonus_eur = { 2022 = 2_500, 2023 = 1_500, 2024 = 700, 2025 = 0 }");
  const Scenario scenario = town.scenario();
  EXPECT_THAT(town.problems(), IsEmpty());
  EXPECT_EQ(scenario.drivers[0].by_year.rbegin()->first, "2023");
  EXPECT_THAT(scenario.shocks, IsEmpty()) << "the flood of 2025";
  for (const auto& duty : scenario.duties) EXPECT_LE(duty.from, Month::of(2024, 1));
  EXPECT_EQ(scenario.duties.size() + 1, SpoiltTown{}.scenario().duties.size())
      << "the duty that begins later";
  EXPECT_GT(scenario.funds[0].from, Month::of(2100, 1)) << "announced in February 2024";
  EXPECT_GT(SpoiltTown{}.scenario().shocks.size(), 0u);
  const auto& margin = scenario.share_margins[row_of(scenario.share_margins, "IT-bev")];
  EXPECT_EQ(listed_bonus_eur(margin, 2023), 1'500);
  EXPECT_EQ(listed_bonus_eur(margin, 2024), 700) << "known as the year begins";
  EXPECT_EQ(listed_bonus_eur(margin, 2025), 700);
  EXPECT_EQ(listed_bonus_eur(margin, 2021), 0);
}

TEST(ReadScenario, RefusesToForgetTheBaseYear) {
  expect_problem("base_year = 2023", "known_until = \"2023-06\"\nbase_year = 2023",
                 "known_until = \"2023-06\" is before the end of the base year, 2023.",
                 "Set known_until to \"2023-12\" or later.");
}

TEST(ReadScenario, TakesTheShocksOutOfTheBaseYear) {
  SpoiltTown town;
  town.replace(R"(from = "2025-11", to = "2025-12", demand_factor = 0.8)",
               R"(from = "2023-11", to = "2023-12", demand_factor = 0.4)");
  Scenario scenario = town.scenario();
  EXPECT_DOUBLE_EQ(scenario.without_shocks, 12 / (10 + 2 * 0.4));
  initialise(scenario);
  double cars = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (!scenario.is_van(scenario.vehicles[v])) cars += scenario.base.sales(v, 0);
  EXPECT_NEAR(cars / 200'000, scenario.without_shocks, 1e-5);
  EXPECT_EQ(SpoiltTown{}.scenario().without_shocks, 1);
}

TEST(ReadScenario, RefusesABaseYearWithoutMargins) {
  SpoiltTown town;
  town.replace("base_year = 2023", "base_year = 2021");
  EXPECT_THAT(
      town.problems(),
      AllOf(Contains(HasSubstr("Market \"IT\" has no car_registrations of 2021, the base year.")),
            Contains(HasSubstr("Market \"FR\" has no van_registrations of 2021, the base year.")),
            Contains(HasSubstr("No row of share_margins covers 2021, the base year.")),
            Contains(HasSubstr("No row of output_margins covers 2021, the base year."))));
  expect_problem("car_registrations = { 2022 = 195_000, 2023 = 200_000 }",
                 "car_registrations = { 2022 = 195_000 }",
                 "Market \"IT\" has no car_registrations of 2023, the base year.",
                 "Add 2023 to car_registrations");
}

TEST(ReadScenario, RefusesAKeyThatIsNotAYear) {
  expect_problem("by_year = { 2022 = 0.12, 2023", "by_year = { 22 = 0.12, 2023",
                 "\"22\" in by_year is not a year.");
}

TEST(ReadScenario, RefusesPricesThatAreNotPositive) {
  expect_problem("price_eur = 19_000", "price_eur = -19_000", "price_eur", "negative");
  expect_problem("price_eur = 19_000", "price_eur = 0", "price_eur = 0 is not a price.");
}

TEST(ReadScenario, RefusesAnElectricVehicleWithoutRange) {
  expect_problem("range_km = 430, ", "", "Electric vehicle \"cinque-bev\" has no range.");
}

TEST(ReadScenario, RefusesPlantSharesThatDoNotAddUp) {
  expect_problem("plants = { lyonne = 1 }", "plants = { lyonne = 0.9 }",
                 "The plants of \"quattro\" have shares that sum to 0.9.",
                 "Make the shares sum to 1.");
  expect_problem("plants = { lyonne = 1 }", "plants = {}", "shares that sum to 0.");
}

TEST(ReadScenario, RefusesUnionsWithMoreThanAllVotes) {
  expect_problem("backing = { torre = 0.4 }", "backing = { torre = 0.5 }",
                 "The unions' backing at plant \"torre\" sums to 1.1.");
}

TEST(ReadScenario, RefusesMarketSharesAboveOne) {
  expect_problem("by_year = { 2022 = 0.04, 2023 = 0.05 }", "by_year = { 2022 = 0.04, 2023 = 0.06 }",
                 "The shares of powertrains in market \"IT\" in 2023 sum to 1.01.");
  expect_problem("by_year = { 2022 = 0.54, 2023 = 0.55 }", "by_year = { 2022 = 0.54, 2023 = 0.9 }",
                 "The shares of brands in market \"FR\" in 2023 sum to 1.35.");
}

TEST(ReadScenario, AllowsForRoundingOfPublishedShares) {
  SpoiltTown town;
  town.replace("2022 = 0.04, 2023 = 0.05 }", "2022 = 0.04, 2023 = 0.0549 }");
  EXPECT_THAT(town.problems(), IsEmpty());
}

TEST(ReadScenario, AMarginIsOfBrandsOrOfPowertrains) {
  expect_problem("{ id = \"FR-bev\", market = \"FR\", powertrains = [\"bev\"],",
                 "{ id = \"FR-bev\", market = \"FR\",", "neither brands nor powertrains");
  expect_problem("powertrains = [\"hybrid\"]", "powertrains = [\"hybrid\"], brands = [\"borgo\"]",
                 "both brands and powertrains");
}

TEST(ReadScenario, RefusesCircularOwnership) {
  SpoiltTown parents;
  parents.replace("cash_eur = 3e9,", "cash_eur = 3e9, parent = \"altro\",")
      .replace("cash_eur = 4e9,", "cash_eur = 4e9, parent = \"casa\",");
  EXPECT_THAT(parents.problems(),
              ElementsAre(AllOf(StartsWith("tiny.toml:"),
                                HasSubstr("parent runs in a circle: casa -> altro -> casa."))));
  expect_problem("cash_eur = 3e9,", "cash_eur = 3e9, co2_pool = \"casa\",",
                 "co2_pool runs in a circle: casa -> casa.", "Leave co2_pool out");
  SpoiltTown heirs;
  heirs.replace("from = \"2025-09\",", "replaces = \"uno\", from = \"2025-09\",")
      .replace("next_platform = \"electric\",", "replaces = \"quattro\",")
      .replace("generation_end = \"2028-12\",", "replaces = \"cinque\",");
  EXPECT_THAT(
      heirs.problems(),
      ElementsAre(HasSubstr("replaces runs in a circle: uno -> quattro -> cinque -> uno.")));
}

TEST(ReadScenario, AChainOfOwnershipIsNoCircle) {
  SpoiltTown town;
  town.replace("cash_eur = 4e9,", "cash_eur = 4e9, parent = \"casa\", co2_pool = \"casa\",");
  EXPECT_THAT(town.problems(), IsEmpty());
}

TEST(ReadScenario, RefusesMonthsInTheWrongOrder) {
  expect_problem("from = \"2025-11\", to = \"2025-12\"", "from = \"2025-11\", to = \"2025-10\"",
                 "from = 2025-11 is after to = 2025-10.");
  expect_problem("announced = \"2024-02\"", "announced = \"2024-07\"",
                 "announced = 2024-07 is after from = 2024-06.");
  expect_problem("from = \"2024-11\", to = \"2029-10\"", "from = \"2024-11\", to = \"2023-10\"",
                 "from = 2024-11 is after to = 2023-10.");
  expect_problem("generation_end = \"2033-08\"", "generation_end = \"2024-08\"",
                 "from = 2025-09 is after generation_end = 2024-08.");
}

TEST(ReadScenario, RefusesPlantsThatDoNotExist) {
  SpoiltTown town;
  town.replace("plants = { lyonne = 1 }", "plants = { lionne = 1 }");
  EXPECT_THAT(town.problems(),
              ElementsAre(AllOf(StartsWith(town.place()),
                                HasSubstr("\"lionne\" in plants of \"quattro\" is not in the table "
                                          "plants."),
                                HasSubstr("Did you mean \"lyonne\"?"))));
  expect_problem("backing = { torre = 0.4 }", "backing = { tore = 0.4 }", "\"tore\" in backing",
                 "Did you mean \"torre\"?");
  expect_problem("plant = \"lyonne\", by_year", "plant = \"lyon\", by_year",
                 "plant = \"lyon\" is not in the table plants.", "Did you mean \"lyonne\"?");
}

TEST(ReadScenario, RefusesMarketsThatDoNotExist) {
  expect_problem("seed_share = { IT = 0.5, FR = 0.5 }", "seed_share = { IT = 0.5, GB = 0.5 }",
                 "\"GB\" in seed_share of \"borgo\" is not in the table markets.");
  expect_problem("mix = 0.05, market_mix = { FR = 2 }", "mix = 0.05, market_mix = { F = 2 }",
                 "\"F\" in market_mix of \"uno-bev\" is not in the table markets.");
}

TEST(ReadScenario, RefusesAnEmptyPopulation) {
  SpoiltTown nobody;
  nobody.replace("households = 2_600_000", "households = 0")
      .replace("households = 2_000_000", "households = 0");
  EXPECT_THAT(nobody.problems(), Contains(HasSubstr("No market has households.")));
  expect_problem("buyers = 600 ", "buyers = 1 ",
                 "buyers = 1 is fewer than the 2 markets with households.");
  SpoiltTown abroad_only;
  abroad_only.replace("households = 2_600_000", "households = 0");
  EXPECT_THAT(abroad_only.problems(),
              Contains(AllOf(StartsWith(abroad_only.place()),
                             HasSubstr("The first market, \"IT\", has no households."))));
  expect_problem("income_median_eur = 32_000, ", "",
                 "Market \"FR\" has households without an income.");
}

TEST(ReadScenario, RefusesABonusThatServesNoVehicle) {
  expect_problem("co2_min = 21, co2_max = 135", "co2_min = 135, co2_max = 21",
                 "co2_min = 135 is above co2_max = 21.");
}

TEST(ReadScenario, RefusesAMissingDriver) {
  SpoiltTown town;
  town.replace("{ id = \"wage_level\"", "{ id = \"wages\"");
  EXPECT_THAT(town.problems(),
              ElementsAre(HasSubstr("The table drivers has no row \"wage_level\".")));
}

TEST(ReadScenario, RefusesACountryWithoutTheRowsItNeeds) {
  SpoiltTown town;
  town.replace("country = \"FR\", strategic = false", "country = \"CN\", strategic = true");
  EXPECT_THAT(town.problems(),
              ElementsAre(AllOf(StartsWith(town.place()),
                                HasSubstr("Country \"CN\" has no market with households."))));
  expect_problem("labour_eur_per_hour = 47, ", "", "labour_eur_per_hour");
}

TEST(ReadScenario, ACountryHasOneGovernment) {
  expect_problem("country = \"FR\", strategic = false", "country = \"IT\", strategic = false",
                 "Country \"IT\" is already governed by \"government-IT\".");
}

TEST(ReadScenario, SomebodyMustFollowThePolicy) {
  SpoiltTown town;
  town.replace("strategic = true", "strategic = false");
  EXPECT_THAT(town.problems(), ElementsAre(HasSubstr("No government is strategic.")));
}

TEST(ReadScenario, RefusesAProgrammeThatItsPlantCannotBuild) {
  expect_problem("platform = \"family\"", "platform = \"vann\"",
                 "Plant \"lyonne\" is not tooled for platform \"vann\" of \"quattro\".");
}

TEST(ReadScenario, EveryRowNamesItsSource) {
  expect_problem("affinity_eur_per_vehicle = 300, source = \"invented for tests and tutorials\"",
                 "affinity_eur_per_vehicle = 300", "source");
  expect_problem("affinity_eur_per_vehicle = 300, source = \"invented for tests and tutorials\"",
                 "affinity_eur_per_vehicle = 300, source = \" \"", "source is empty.");
}

TEST(ReadScenario, AnAssumptionNamesAColumnARangeAndAReason) {
  const std::string_view good = "\"firmness 0.6..0.9 announced, not yet begun\"";
  expect_problem(good, "\"firmnes 0.6..0.9 announced\"",
                 "assumed names \"firmnes\", which is not a column of projects.",
                 "Did you mean \"firmness\"?");
  expect_problem(good, "\"firmness about 0.8\"", "has no range of two numbers.");
  expect_problem(good, "\"firmness 0.9..0.6 announced\"", "has a range from high to low.");
  expect_problem(good, "\"firmness 0.6..0.9\"", "gives no reason.");
}

TEST(ReadScenario, AssumptionsMayBeAboutMonthsAndOneKeyOfAMap) {
  SpoiltTown town;
  town.replace("\"firmness 0.6..0.9 announced, not yet begun\"",
               "\"start 2025-06..2026-03 press\", \"capex_eur 1_000..2e8 press\"")
      .replace("\"home_charging_share 0.3..0.5 garages of the town\"",
               "\"car_registrations.2022 190_000..200_000 rounded\"");
  EXPECT_THAT(town.problems(), IsEmpty());
}

TEST(ReadScenario, RefusesCompanyCarRulesThatTaxACarTwiceOrNever) {
  expect_problem("co2_min = 61, taxable_share", "co2_min = 60, taxable_share",
                 "Rules \"IT-low\" and \"IT-high\" hold for the same cars in the same months.");
  expect_problem("co2_min = 61, taxable_share", "co2_min = 61, co2_max = 50, taxable_share",
                 "co2_min = 61 is above co2_max = 50.");
  expect_problem("co2_min = 61, taxable_share",
                 "co2_min = 61, powertrains = [\"petrl\"], taxable_share", "\"petrl\"", "petrol");
  expect_problem("co2_min = 61, taxable_share", "co2_min = 61, taxed = 1, taxable_share", "taxed");
  SpoiltTown apart;
  apart.replace("co2_min = 61, taxable_share", "from = \"2025-01\", taxable_share")
      .replace("co2_max = 60, taxable_share", "to = \"2024-12\", taxable_share");
  EXPECT_THAT(apart.problems(), IsEmpty()) << "one after the other is fine";
}

TEST(ReadScenario, RefusesAMildCarThatIsNoHybrid) {
  expect_problem("powertrain = \"petrol\", price_eur = 19_000",
                 "powertrain = \"petrol\", mild = true, price_eur = 19_000",
                 "\"uno-petrol\" is mild, but no hybrid.");
}

TEST(ReadScenario, ChecksParametersAgainstEachOther) {
  expect_problem("peers = 6", "peers = 7", "peers = 7 is not even.");
  SpoiltTown town;
  town.replace("[population]", "[demand]\nnest_new = 0.2\n[population]")
      .replace("nest_new = 0.2", "nest_new = 0.2\nnest_segment = 0.4");
  EXPECT_THAT(town.problems(),
              ElementsAre(AllOf(StartsWith("tiny.toml:"),
                                HasSubstr("nest_segment = 0.4 is above nest_new = 0.2."))));
}

TEST(Registry, DescribesEveryTableAndParameter) {
  const std::string columns = describe_tables();
  for (const auto& table : tables())
    EXPECT_THAT(columns, HasSubstr("\n" + std::string{table.name} + ": "));
  EXPECT_THAT(columns, HasSubstr("capacity_per_year"));
  const std::string parameters = describe_parameters();
  EXPECT_THAT(parameters, HasSubstr("demand.own_price_elasticity"));
  EXPECT_THAT(parameters, HasSubstr("-4"));
  EXPECT_THAT(parameters, HasSubstr("EUR/km"));
}

/// Defaults that their own range refused could be neither kept nor written out.
TEST(Registry, ReadsItsOwnDefaultsBack) {
  std::string text, section;
  std::size_t values = 0;
  std::istringstream lines{describe_parameters()};
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    const auto dot = line.find('.'), space = line.find(' ');
    if (line.substr(0, dot) != section) text += "[" + (section = line.substr(0, dot)) + "]\n";
    const auto value = line.find_first_not_of(' ', space);
    text += line.substr(dot + 1, space - dot - 1) + " = " +
            line.substr(value, line.find(' ', value) - value) + "\n";
    ++values;
  }
  EXPECT_GT(values, 80u);
  engine::Problems problems;
  const auto config = engine::Config::parse(text, "defaults.toml", problems);
  const Parameters read = read_parameters(config, problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  EXPECT_EQ(read.tables.politics_eur, Parameters{}.tables.politics_eur);
  EXPECT_EQ(read.demand.own_price_elasticity, Parameters{}.demand.own_price_elasticity);
}

}  // namespace
}  // namespace tavolo::agents
