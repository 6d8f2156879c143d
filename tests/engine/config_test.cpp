#include "engine/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/own_folder.h"

namespace tavolo::engine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Messages = std::vector<std::string>;

/// A row with one column of every kind.
struct Town {
  std::string id, name, size = "small";
  double area_km2 = 1;
  int people = 0;
  bool walled = false;
  Month founded = Month::of(1000, 1);
  Link region;
  std::vector<double> heights;
  std::vector<std::string> saints;
  std::vector<Link> twins;
  std::map<std::string, double> visitors;
};

std::span<const Field<Town>> town_fields() {
  constexpr Range kPositive{0, 1e6};
  constexpr bool kOptional = false;
  static const std::vector<Field<Town>> fields{
      {"id", &Town::id, "", ""},
      {"name", &Town::name, "", ""},
      {"size", &Town::size, "", "", {}, kOptional, "", {"small", "middling", "large"}},
      {"area_km2", &Town::area_km2, "km2", "", kPositive, kOptional},
      {"people", &Town::people, "people", "", {1, 1e9}, kOptional},
      {"walled", &Town::walled, "", "", {}, kOptional},
      {"founded", &Town::founded, "month", "", {}, kOptional},
      {"region", &Town::region, "", "", {}, kOptional, "regions"},
      {"heights", &Town::heights, "m", "", kPositive, kOptional},
      {"saints", &Town::saints, "", "", {}, kOptional},
      {"twins", &Town::twins, "", "", {}, kOptional, "towns"},
      {"visitors", &Town::visitors, "people/year", "", kPositive, kOptional},
  };
  return fields;
}

struct Region {
  std::string id;
};

std::span<const Field<Region>> region_fields() {
  static const std::vector<Field<Region>> fields{{"id", &Region::id, "", ""}};
  return fields;
}

struct Trade {
  double tariff = 0.1;
  int partners = 2;
};

std::span<const Field<Trade>> trade_fields() {
  static const std::vector<Field<Trade>> fields{
      {"tariff", &Trade::tariff, "0..1", "", {0, 1}, false},
      {"partners", &Trade::partners, "", "", {}, true},
  };
  return fields;
}

Messages problems_of_towns(const std::string& text) {
  Problems problems;
  const auto config = Config::parse(text, "a.toml", problems);
  read_rows(config, "towns", town_fields(), problems);
  return problems.messages();
}

/// What is said about one value in line 2 of a file, of a town that is right otherwise.
Messages problems_of_value(const std::string& value) {
  return problems_of_towns("towns = [\n{ id = \"north\", name = \"North\", " + value + " },\n]\n");
}

Town town_with(const std::string& value) {
  Problems problems;
  const auto config =
      Config::parse("towns = [{ id = \"north\", name = \"North\", " + value + " }]", "", problems);
  const auto towns = read_rows(config, "towns", town_fields(), problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  return towns.at(0);
}

Messages problems_of_text(const std::string& text) {
  Problems problems;
  Config::parse(text, "a.toml", problems);
  return problems.messages();
}

// ---------------------------------------------------------------------------------- what is read

TEST(ConfigRows, AreReadWithEveryKindOfColumn) {
  Problems problems;
  const auto config = Config::parse(R"(
towns = [
  { id = "north", name = "North", size = "large", area_km2 = 3, people = 1_200, walled = true, founded = "1209-03", region = "hills", heights = [1, 2.5], saints = ["Anna", "Bo"], twins = ["south"], visitors = { 2023 = 10, 2024 = 20.5 } },
  { id = "south", name = "South" },
]
regions = [{ id = "hills" }]
)",
                                    "a.toml", problems);
  auto towns = read_rows(config, "towns", town_fields(), problems);
  const auto regions = read_rows(config, "regions", region_fields(), problems);
  resolve(config, "towns", towns, town_fields(), "regions", regions, problems);
  resolve(config, "towns", towns, town_fields(), "towns", std::vector<Town>(towns), problems);
  ASSERT_THAT(problems.messages(), IsEmpty());
  ASSERT_EQ(towns.size(), 2U);
  const Town& north = towns[0];
  EXPECT_EQ(north.id, "north");
  EXPECT_EQ(north.size, "large");
  EXPECT_EQ(north.area_km2, 3);
  EXPECT_EQ(north.people, 1200);
  EXPECT_TRUE(north.walled);
  EXPECT_EQ(north.founded, Month::of(1209, 3));
  EXPECT_EQ(north.region.row, 0);
  EXPECT_THAT(north.heights, ElementsAre(1, 2.5));
  EXPECT_THAT(north.saints, ElementsAre("Anna", "Bo"));
  EXPECT_EQ(north.twins.at(0).row, 1);
  EXPECT_EQ(north.visitors, (std::map<std::string, double>{{"2023", 10}, {"2024", 20.5}}));
  EXPECT_EQ(towns[1].size, "small") << "what is left out keeps its default";
  EXPECT_FALSE(towns[1].region);
}

TEST(ConfigRows, MayBeWrittenOneBelowAnother) {
  Problems problems;
  const auto config = Config::parse(
      "[[towns]]\nid = \"north\"\nname = \"North\"\n[[towns]]\nid = \"south\"\nname = \"South\"\n",
      "a.toml", problems);
  EXPECT_EQ(read_rows(config, "towns", town_fields(), problems).at(1).name, "South");
  EXPECT_EQ(config.place("towns", "south", "name").text(), "a.toml:6");
  EXPECT_THAT(problems.messages(), IsEmpty());
}

TEST(ConfigRows, OfAnAbsentOrEmptyTableAreNone) {
  Problems problems;
  const auto config = Config::parse("towns = []", "a.toml", problems);
  EXPECT_EQ(config.rows("towns", problems), 0U);
  EXPECT_EQ(config.rows("regions", problems), 0U);
  EXPECT_THAT(problems.messages(), IsEmpty());
}

TEST(ConfigSection, KeepsDefaultsOfWhatIsLeftOut) {
  Problems problems;
  const auto config = Config::parse("[trade]\npartners = 7", "a.toml", problems);
  const auto trade = read_section(config, "trade", trade_fields(), problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  EXPECT_EQ(trade.partners, 7);
  EXPECT_EQ(trade.tariff, 0.1);
}

TEST(ConfigSection, WithoutANameIsTheTopOfTheFile) {
  Problems problems;
  const auto config = Config::parse("tariff = 1\npartners = 7\n[other]", "a.toml", problems);
  EXPECT_EQ(read_section(config, "", trade_fields(), problems).tariff, 1);
  EXPECT_THAT(problems.messages(), IsEmpty());
  EXPECT_TRUE(config.has("other"));
  EXPECT_FALSE(config.has("trade"));
}

TEST(ConfigSection, NamesWhatIsMissing) {
  Problems problems;
  const auto present = Config::parse("\n[trade]\n", "a.toml", problems);
  read_section(present, "trade", trade_fields(), problems);
  read_section(present, "", trade_fields(), problems);
  const auto absent = Config::parse("x = 1", "b.toml", problems);
  read_section(absent, "trade", trade_fields(), problems);
  EXPECT_THAT(problems.messages(), ElementsAre("a.toml:2: [trade] has no partners.\n"
                                               "  It is required: there is no default.\n"
                                               "  Add partners = ….",
                                               StartsWith("a.toml: the file has no partners.\n"),
                                               StartsWith("b.toml: [trade] has no partners.\n")));
}

TEST(ConfigPlace, IsThatOfTheKeyOrOfWhatIsNearest) {
  Problems problems;
  const auto config = Config::parse(
      "title = 1\ntowns = [\n\n{ id = \"north\", name = \"N\" },\n]\n[trade]\ntariff = 1\n"
      "\"a.b\" = [2,\n3]\ndeep.er = 4\n",
      "a.toml", problems);
  ASSERT_THAT(problems.messages(), IsEmpty());
  const auto line = [&](std::string_view table, std::string_view id, std::string_view key) {
    return config.place(table, id, key).line;
  };
  EXPECT_EQ(config.place("title").text(), "a.toml:1");
  EXPECT_EQ(line("towns", "", ""), 2);
  EXPECT_EQ(line("towns", "north", "name"), 4);
  EXPECT_EQ(line("towns", "north", "area_km2"), 4);
  EXPECT_EQ(line("towns", "south", "name"), 2);
  EXPECT_EQ(line("trade", "", ""), 6);
  EXPECT_EQ(line("trade", "", "tariff"), 7);
  EXPECT_EQ(line("trade", "", "a.b"), 8);
  EXPECT_EQ(line("trade", "", "deep"), 10);
  EXPECT_EQ(line("trade", "", "none"), 6);
  EXPECT_EQ(config.place("none").text(), "a.toml");
}

// -------------------------------------------------------------------------------- what is refused

TEST(ConfigNumber, IsRefusedOutsideItsRange) {
  EXPECT_THAT(problems_of_value("area_km2 = -5"),
              ElementsAre("a.toml:2: area_km2 = -5 is negative.\n"
                          "  It is a number (km2), from 0 to 1e+06.\n"
                          "  The smallest value accepted is 0."));
  EXPECT_THAT(problems_of_value("area_km2 = 2e6"),
              ElementsAre("a.toml:2: area_km2 = 2e+06 is above 1e+06.\n"
                          "  It is a number (km2), from 0 to 1e+06.\n"
                          "  The largest value accepted is 1e+06."));
  EXPECT_THAT(problems_of_value("people = 0"),
              ElementsAre("a.toml:2: people = 0 is below 1.\n"
                          "  It is a whole number (people), from 1 to 1e+09.\n"
                          "  The smallest value accepted is 1."));
  EXPECT_THAT(problems_of_value("people = 9223372036854775807"),
              ElementsAre(HasSubstr("people = 9223372036854775807 is above 1e+09.")));
}

TEST(ConfigNumber, OfWholeColumnsFitsAnInt) {
  Problems problems;
  const auto config = Config::parse("[trade]\npartners = 2147483648", "a.toml", problems);
  EXPECT_EQ(read_section(config, "trade", trade_fields(), problems).partners, 2);
  EXPECT_THAT(problems.messages(),
              ElementsAre(StartsWith("a.toml:2: partners = 2147483648 is above 2147483647.")));
}

TEST(ConfigNumber, IsFinite) {
  for (const std::string value : {"nan", "inf", "-inf"})
    EXPECT_THAT(problems_of_value("area_km2 = " + value),
                ElementsAre("a.toml:2: area_km2 = " + value +
                            " is not a finite number.\n"
                            "  It is a number (km2), from 0 to 1e+06.\n"
                            "  Write a finite number."));
}

TEST(ConfigNumber, IsNoText) {
  EXPECT_THAT(problems_of_value("area_km2 = \"5.5\""),
              ElementsAre("a.toml:2: area_km2 = \"5.5\" is text, not a number.\n"
                          "  It is a number (km2), from 0 to 1e+06.\n"
                          "  Leave out the quotation marks: area_km2 = 5.5."));
  EXPECT_THAT(problems_of_value("people = \"many\""),
              ElementsAre("a.toml:2: people = \"many\" is text, not a whole number.\n"
                          "  It is a whole number (people), from 1 to 1e+09.\n"
                          "  Write a whole number without quotation marks or brackets."));
  EXPECT_THAT(problems_of_value("area_km2 = true"),
              ElementsAre(HasSubstr("area_km2 = true is true or false, not a number.")));
  EXPECT_THAT(problems_of_value("area_km2 = [1]"),
              ElementsAre(HasSubstr("area_km2 = [1] is a list, not a number.")));
}

TEST(ConfigNumber, OfAWholeColumnHasNoDecimalPoint) {
  EXPECT_THAT(problems_of_value("people = 3.0"),
              ElementsAre("a.toml:2: people = 3.0 is not a whole number.\n"
                          "  It is a whole number (people), from 1 to 1e+09.\n"
                          "  Write people = 3, without a decimal point."));
  EXPECT_THAT(problems_of_value("people = 3.5"),
              ElementsAre(HasSubstr("Write it without a decimal point.")));
  EXPECT_THAT(problems_of_value("people = nan"), ElementsAre(HasSubstr("is not a whole number")));
}

TEST(ConfigBool, IsTrueOrFalse) {
  EXPECT_THAT(problems_of_value("walled = 1"),
              ElementsAre("a.toml:2: walled = 1 is a number, not true or false.\n"
                          "  It is true or false.\n"
                          "  Write walled = true or walled = false."));
}

TEST(ConfigText, StandsInQuotationMarks) {
  EXPECT_THAT(problems_of_value("size = 3"),
              ElementsAre("a.toml:2: size = 3 is a number, not text.\n"
                          "  It is text.\n"
                          "  Put it in quotation marks: size = \"…\"."));
  EXPECT_THAT(problems_of_value("region = 3"),
              ElementsAre(AllOf(HasSubstr("region = 3 is a number, not text."),
                                HasSubstr("It is text: ids of rows of regions."))));
}

TEST(ConfigText, IsOneOfTheWordsAccepted) {
  EXPECT_THAT(problems_of_value("size = \"lagre\""),
              ElementsAre("a.toml:2: size = \"lagre\" is not a word that is accepted.\n"
                          "  It is one of \"small\", \"middling\", \"large\".\n"
                          "  Did you mean \"large\"?"));
  EXPECT_THAT(problems_of_value("size = \"vast\""), ElementsAre(HasSubstr("Use one of these.")));
}

TEST(ConfigMonth, IsAYearWithANumber) {
  EXPECT_EQ(town_with("founded = \"0800-12\"").founded, Month::of(800, 12));
  for (const std::string wrong : {"2024-00", "2024-13", "2024-3", "24-03", "2024/03", "2024-03-01",
                                  "0000-01", "-024-03", "next", ""})
    EXPECT_THAT(problems_of_value("founded = \"" + wrong + "\""),
                ElementsAre("a.toml:2: founded = \"" + wrong +
                            "\" is not a month.\n"
                            "  A month is a year with a number from 01 to 12.\n"
                            "  Write it as founded = \"2024-03\"."));
  EXPECT_THAT(problems_of_value("founded = 2025-07-01"),
              ElementsAre(AllOf(HasSubstr("founded = 2025-07-01 is a date, not a month."),
                                HasSubstr("Write it as founded = \"2025-07\"."))));
  EXPECT_THAT(problems_of_value("founded = 07:30:00"),
              ElementsAre(HasSubstr("Write it as founded = \"2024-03\".")));
  EXPECT_THAT(problems_of_value("founded = 2024"),
              ElementsAre(HasSubstr("founded = 2024 is a number, not a month.")));
}

TEST(ConfigList, IsCheckedItemByItem) {
  EXPECT_THAT(problems_of_value("saints = \"Anna\""),
              ElementsAre("a.toml:2: saints = \"Anna\" is text, not a list.\n"
                          "  It is a list.\n"
                          "  Write it in brackets: saints = [\"Anna\"]."));
  EXPECT_THAT(problems_of_value("saints = [\"Anna\",\n3]"),
              ElementsAre(StartsWith("a.toml:3: item 2 of saints = 3 is a number, not text.")));
  EXPECT_THAT(problems_of_value("heights = [1, -2, inf, \"3\"]"),
              ElementsAre(StartsWith("a.toml:2: item 2 of heights = -2 is negative."),
                          HasSubstr("item 3 of heights = inf is not a finite number."),
                          HasSubstr("item 4 of heights = \"3\" is text, not a number.")));
}

TEST(ConfigMap, IsCheckedKeyByKey) {
  EXPECT_THAT(problems_of_value("visitors = 3"),
              ElementsAre("a.toml:2: visitors = 3 is a number, not a map of numbers.\n"
                          "  It is a map of numbers (people/year).\n"
                          "  Write it in braces: visitors = { 2023 = 1, 2024 = 2 }."));
  EXPECT_THAT(problems_of_value("visitors = { 2023 = -1, 2024 = \"2\" }"),
              ElementsAre(StartsWith("a.toml:2: visitors.2023 = -1 is negative."),
                          HasSubstr("visitors.2024 = \"2\" is text, not a number.")));
}

TEST(ConfigKey, IsRefusedWhenUnknownWithTheNearest) {
  EXPECT_THAT(problems_of_value("poeple = 3"),
              ElementsAre("a.toml:2: poeple is not known in towns \"north\".\n"
                          "  What nobody reads may be a misspelling, and would change nothing.\n"
                          "  Did you mean \"people\"?"));
  EXPECT_THAT(problems_of_value("xylophones = 3"),
              ElementsAre(HasSubstr("Known are \"name\", \"size\", \"area_km2\"")));
  Problems problems;
  const auto config = Config::parse("[trade]\npartners = 1\n\ntarif = 1", "a.toml", problems);
  read_section(config, "trade", trade_fields(), problems);
  EXPECT_THAT(problems.messages(),
              ElementsAre(AllOf(StartsWith("a.toml:4: tarif is not known in [trade]."),
                                HasSubstr("Did you mean \"tariff\"?"))));
}

TEST(ConfigKey, IsMissedAtTheLineOfItsRow) {
  EXPECT_THAT(problems_of_towns("towns = [\n\n  { id = \"north\" },\n]"),
              ElementsAre("a.toml:3: towns \"north\" has no name.\n"
                          "  It is required: there is no default.\n"
                          "  Add name = …."));
}

TEST(ConfigTopLevel, RefusesUnknownNames) {
  Problems problems;
  const auto config = Config::parse("towns = []\n[trad]\nx = 1", "a.toml", problems);
  const std::vector<std::string_view> known{"towns", "trade"};
  config.refuse_unknown(known, problems);
  EXPECT_THAT(problems.messages(),
              ElementsAre(AllOf(StartsWith("a.toml:2: trad is not known in this file."),
                                HasSubstr("Did you mean \"trade\"?"))));
}

TEST(ConfigTable, HoldsRowsAndNothingElse) {
  EXPECT_THAT(problems_of_towns("\ntowns = 3"),
              ElementsAre("a.toml:2: towns is a number, not a table of rows.\n"
                          "  Every row of towns is a table of values with an id.\n"
                          "  Write towns = [ { id = \"…\", … }, ]."));
  EXPECT_THAT(problems_of_towns("[towns]\nnorth = 1"),
              ElementsAre(HasSubstr("towns is a table of values, not a table of rows.")));
  EXPECT_THAT(problems_of_towns("towns = [1, 2]"),
              ElementsAre(HasSubstr("towns is a list, not a table of rows.")));
  EXPECT_THAT(problems_of_towns("towns = [\n{ id = \"north\", name = \"N\" },\n3,\n]"),
              ElementsAre("a.toml:3: towns has a row 3, which is a number.\n"
                          "  A row is a table of values with an id.\n"
                          "  Write it as { id = \"…\", … }."));
}

TEST(ConfigTable, IsNoSection) {
  Problems problems;
  const auto config = Config::parse("\ntrade = [{ id = \"a\" }]", "a.toml", problems);
  read_section(config, "trade", trade_fields(), problems);
  EXPECT_THAT(problems.messages(), ElementsAre("a.toml:2: trade is a list, not a section.\n"
                                               "  A section holds single values, each with its "
                                               "key.\n"
                                               "  Write [trade], and below it key = value."));
}

TEST(ConfigTable, TellsTheSameMistakeOnce) {
  Problems problems;
  const auto config = Config::parse("towns = 3", "a.toml", problems);
  config.rows("towns", problems);
  read_rows(config, "towns", town_fields(), problems);
  EXPECT_EQ(problems.messages().size(), 1U);
}

TEST(ConfigId, IsThereAndIsAWord) {
  EXPECT_THAT(problems_of_towns("towns = [\n{ name = \"North\" }]"),
              ElementsAre("a.toml:2: a row of towns has no id.\n"
                          "  Other rows, files and --set refer to a row by its id.\n"
                          "  Add id = \"…\" to the row."));
  for (const std::string wrong : {"3", "\"\"", "\"a b\"", "\"a.b\"", "\"città\"", "[]", "{}"})
    EXPECT_THAT(problems_of_towns("towns = [\n{ id = " + wrong + ", name = \"North\" }]"),
                ElementsAre("a.toml:2: id = " + wrong +
                            " is not an id.\n"
                            "  An id is text of letters, digits, '-' and '_', so that it can "
                            "stand in a path.\n"
                            "  Write it like id = \"north-1\"."));
}

TEST(ConfigId, StandsOnceInAFile) {
  EXPECT_THAT(problems_of_towns("towns = [\n{ id = \"north\", name = \"N\" },\n\n"
                                "{ id = \"north\", name = \"M\" },\n]"),
              ElementsAre("a.toml:4: id = \"north\" stands twice in towns, in lines 2 and 4.\n"
                          "  Rows of one id are merged from different files only.\n"
                          "  Remove one of the two, or rename it."));
}

TEST(ConfigLink, NamesARowThatExists) {
  Problems problems;
  const auto config = Config::parse(
      "towns = [\n{ id = \"a\", name = \"A\", region = \"hils\" },\n]\nregions = [{ id = "
      "\"hills\" }]",
      "a.toml", problems);
  auto towns = read_rows(config, "towns", town_fields(), problems);
  const auto regions = read_rows(config, "regions", region_fields(), problems);
  resolve(config, "towns", towns, town_fields(), "regions", regions, problems);
  EXPECT_THAT(problems.messages(),
              ElementsAre("a.toml:2: region = \"hils\" is not in the table regions.\n"
                          "  A row can only name a row that exists.\n"
                          "  Did you mean \"hills\"?"));
}

TEST(ConfigProblems, AreAllTold) {
  EXPECT_EQ(problems_of_towns("towns = [\n"
                              "{ id = \"a\", name = 1, people = 0.5, colour = 1 },\n"
                              "{ id = \"a\", walled = 2 },\n"
                              "{ name = \"B\", founded = \"soon\" },\n"
                              "]\n")
                .size(),
            8U);
}

TEST(ConfigProblems, ShowLongValuesShortened) {
  std::string letters;
  for (int i = 0; i < 100; ++i) letters += "è";
  const auto told = problems_of_value("area_km2 = \"" + letters + "\"");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasSubstr("è… is text"));
  EXPECT_LT(told[0].find("is text"), 100U);
}

TEST(ConfigSyntax, HasToBeToml) {
  EXPECT_THAT(problems_of_text("a = 1\nb = [1,\n2\nc = 3"),
              ElementsAre(AllOf(StartsWith("a.toml:4: this is not TOML: "),
                                HasSubstr("A configuration is a TOML file"),
                                HasSubstr("Correct the line"))));
  EXPECT_THAT(problems_of_text("a = 1\n\na = 2"), ElementsAre(StartsWith("a.toml:3: ")));
  EXPECT_THAT(problems_of_text("a ="), ElementsAre(StartsWith("a.toml:1: ")));
}

TEST(ConfigSyntax, HasToBeUtf8) {
  using namespace std::string_literals;
  for (const auto& wrong : {"\xFF\xFE"s, "\x80"s, "\xC3"s, "\xC0\x80"s, "\xED\xA0\x80"s,
                            "\xF4\x90\x80\x80"s, "\xE2\x28\xA1"s, "\0"s})
    EXPECT_THAT(problems_of_text("# one\n# two " + wrong),
                ElementsAre("a.toml:2: this is not text in UTF-8.\n"
                            "  A configuration is a TOML file, which is text.\n"
                            "  Save the file as UTF-8, or name another."));
  EXPECT_THAT(problems_of_text("\xEF\xBB\xBF# a byte-order mark\na = \"è € 🚲\""), IsEmpty());
}

TEST(ConfigSyntax, IsNotNestedDeeply) {
  const auto repeated = [](const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
  };
  const auto refused = ElementsAre(
      "a.toml:2: values are nested more than 64 deep.\n"
      "  No table of a configuration is deeper than a row with a map.\n"
      "  Close the brackets and shorten the key.");
  EXPECT_THAT(problems_of_text("\na = " + repeated("[", 1'000'000)), refused);
  EXPECT_THAT(problems_of_text("\n" + repeated("a.", 1'000'000) + "a = 1"), refused);
  EXPECT_THAT(problems_of_text("\n[" + repeated("\"a#\" . ", 1'000'000) + "a]"), refused);
  EXPECT_THAT(problems_of_text("\n" + repeated("{a.'\"'.a=", 1'000'000)), refused);
  EXPECT_THAT(problems_of_text("a = " + repeated("[", 60) + repeated("]", 60)), IsEmpty());
  // Dots of numbers, text and remarks are no nesting.
  EXPECT_THAT(problems_of_text("a = [" + repeated("1.5, ", 1000) + "]"), IsEmpty());
  EXPECT_THAT(problems_of_text("a = \"" + repeated(".\\\"[", 1000) + "\""), IsEmpty());
  EXPECT_THAT(problems_of_text("a = '''" + repeated("\n.", 1000) + "'''''"), IsEmpty());
  EXPECT_THAT(problems_of_text("# " + repeated(".[", 1000) + "\na = 1.5"), IsEmpty());
  EXPECT_THAT(problems_of_text(repeated("a.b.c = 1.5\n[d]\n", 1)), IsEmpty());
}

// ------------------------------------------------------------------------------------------- files

/// Config files in a folder of their own.
class ConfigFiles : public test::InOwnFolder {
 protected:
  void SetUp() override { std::filesystem::create_directory(path("more")); }

  Config load(const std::string& name = "main.toml") { return Config::load(path(name), problems_); }
  const Messages& told() const { return problems_.messages(); }

  Problems problems_;
};

TEST_F(ConfigFiles, AreReadAfterThoseTheyInclude) {
  write("main.toml", "include = [\"more/base.toml\"]\ntitle = \"main\"\n[trade]\npartners = 9\n");
  write("more/base.toml",
        "include = [\"deep.toml\"]\ntitle = \"base\"\nyear = 1\n[trade]\ntariff = 0.5\n"
        "partners = 3\n");
  write("more/deep.toml", "title = \"deep\"\nyear = 2\ndepth = 3\n");
  const auto config = load();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(config.text(),
            "depth = 3\ntitle = \"main\"\nyear = 1\n\n[trade]\npartners = 9\ntariff = 0.5\n");
  EXPECT_FALSE(config.has("include"));
  EXPECT_EQ(config.place("year").text(), path("more/base.toml") + ":3");
  EXPECT_EQ(config.place("depth").text(), path("more/deep.toml") + ":3");
  EXPECT_EQ(config.place("trade", "", "tariff").text(), path("more/base.toml") + ":5");
  EXPECT_EQ(config.place("trade", "", "partners").text(), path("main.toml") + ":4");
  EXPECT_EQ(config.place("nothing").text(), path("main.toml"));
}

TEST_F(ConfigFiles, MergeRowsKeyByKeyInTheOrderOfTheFirst) {
  write("main.toml",
        "include = [\"base.toml\"]\ntowns = [\n{ id = \"south\", people = 3, visitors = { 2024 = 1 "
        "} },\n{ id = \"west\", name = \"W\" },\n]\n");
  write("base.toml",
        "towns = [\n{ id = \"north\", name = \"N\" },\n{ id = \"south\", name = \"S\", people = 2, "
        "visitors = { 2023 = 5 } },\n]\n");
  const auto config = load();
  EXPECT_EQ(config.text(),
            "towns = [\n"
            "  { id = \"north\", name = \"N\" },\n"
            "  { id = \"south\", name = \"S\", people = 3, visitors = { 2024 = 1 } },\n"
            "  { id = \"west\", name = \"W\" },\n"
            "]\n");
  EXPECT_EQ(config.place("towns", "south").text(), path("base.toml") + ":3");
  EXPECT_EQ(config.place("towns", "south", "name").text(), path("base.toml") + ":3");
  EXPECT_EQ(config.place("towns", "south", "people").text(), path("main.toml") + ":3");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ConfigFiles, IncludedTwiceAreReadOnce) {
  write("main.toml", "include = [\"left.toml\", \"./more/../right.toml\"]\n");
  write("left.toml", "include = [\"base.toml\"]\nx = \"left\"\n");
  write("right.toml", "include = [\"base.toml\"]\n");
  write("base.toml", "x = \"base\"\n");
  EXPECT_EQ(load().text(), "x = \"left\"\n");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ConfigFiles, MayNotIncludeEachOtherInACircle) {
  write("main.toml", "# circle\ninclude = [\"a.toml\"]\n");
  write("a.toml", "include = [\"more/b.toml\"]\n");
  write("more/b.toml", "include = [\n  \"../a.toml\",\n]\n");
  load();
  EXPECT_THAT(told(),
              ElementsAre(path("more/b.toml") + ":2: include runs in a circle: " + path("a.toml") +
                          " -> " + path("more/b.toml") + " -> " + path("a.toml") +
                          ".\n"
                          "  A file is read after those that it includes.\n"
                          "  Remove one of these includes."));
}

TEST_F(ConfigFiles, MayNotIncludeThemselves) {
  write("main.toml", "include = [\"main.toml\"]\n");
  load();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("include runs in a circle: " + path("main.toml") +
                                            " -> " + path("main.toml") + ".")));
}

TEST_F(ConfigFiles, AreNotIncludedThroughLongChains) {
  for (int i = 0; i < 70; ++i)
    write(std::to_string(i) + ".toml", "include = [\"" + std::to_string(i + 1) + ".toml\"]\n");
  load("0.toml");
  EXPECT_THAT(told(), ElementsAre(StartsWith(path("63.toml") +
                                             ":1: includes are nested more than 64 files deep.")));
}

TEST_F(ConfigFiles, ThatCannotBeReadAreNamed) {
  load("none.toml");
  load("more");
  load("/dev/zero");
  EXPECT_THAT(told(), ElementsAre(path("none.toml") +
                                      ": the file does not exist.\n"
                                      "  A configuration is a TOML file with the files that it "
                                      "includes.\n"
                                      "  Check the path.",
                                  StartsWith(path("more") + ": the file is a directory."),
                                  StartsWith("/dev/zero: the file is not a regular file.")));
}

TEST_F(ConfigFiles, ThatCannotBeIncludedAreNamedWhereTheyAreIncluded) {
  write("main.toml", "include = [\n\"none.toml\",\n\"more\", 3, \"\",\n\"bad.toml\"]\n");
  write("bad.toml", "x = 1\ny =\n");
  load();
  EXPECT_THAT(told(), ElementsAre(path("main.toml") + ":2: the included file " + path("none.toml") +
                                      " does not exist.\n"
                                      "  Names are relative to the file that includes.\n"
                                      "  Check the name.",
                                  HasSubstr("more is a directory."),
                                  HasSubstr(":3: include names 3, which is no file."),
                                  HasSubstr(" is a directory."),
                                  StartsWith(path("bad.toml") + ":2: this is not TOML: ")));
}

TEST_F(ConfigFiles, IncludeAListOfFiles) {
  write("main.toml", "include = \"base.toml\"\n");
  load();
  EXPECT_THAT(told(), ElementsAre(path("main.toml") +
                                  ":1: include = \"base.toml\" is not a list of files.\n"
                                  "  It names the files that are read before this one.\n"
                                  "  Write include = [\"first.toml\", \"second.toml\"]."));
}

TEST_F(ConfigFiles, AgreeOnWhatANameIs) {
  write("main.toml",
        "include = [\"base.toml\"]\ntowns = 3\nempty = []\nlist = []\n[title]\n[nothing]\n");
  write("base.toml",
        "title = 1\ntowns = [{ id = \"a\" }]\nempty = [{ id = \"b\" }]\nlist = [1]\n"
        "nothing = []\n");
  const auto config = load();
  EXPECT_THAT(
      told(),
      ElementsAre(
          StartsWith(path("main.toml") + ":6: nothing is a section, but a single value in " +
                     path("base.toml") + ":5."),
          StartsWith(path("main.toml") + ":5: title is a section, but a single value in " +
                     path("base.toml") + ":1."),
          path("main.toml") + ":2: towns is a single value, but a table of rows in " +
              path("base.toml") +
              ":2.\n"
              "  Files that are read together are merged name by name.\n"
              "  Rename one of the two."));
  Problems problems;
  EXPECT_EQ(config.rows("empty", problems), 1U) << "an empty table takes no row away";
}

TEST_F(ConfigFiles, LargerThanSixtyFourMebibytesAreRefused) {
  write("main.toml", "");
  std::filesystem::resize_file(path("main.toml"), (std::uintmax_t{64} << 20) + 1);
  load();
  EXPECT_THAT(told(),
              ElementsAre(StartsWith(path("main.toml") + ": the file is larger than 64 MiB.")));
}

TEST_F(ConfigFiles, MayBeTextWithIncludes) {
  write("base.toml", "x = 1\n");
  const auto config = Config::parse("include = [\"base.toml\"]\ny = 2", path("text"), problems_);
  EXPECT_EQ(config.text(), "x = 1\ny = 2\n");
}

// --------------------------------------------------------------------------------------- overrides

constexpr const char* kTowns = R"(until = 2027
towns = [
  { id = "north", name = "North", visitors = { 2023 = 1 } },
  { id = "south", name = "South" },
]
empty = []
[trade]
tariff = 0.5
)";

/// The problems of some overrides, and the text that they leave.
struct Changed {
  Messages told;
  std::string text;
  std::string before;
};

Changed changed(const std::vector<Override>& overrides) {
  Problems problems;
  auto config = Config::parse(kTowns, "a.toml", problems);
  const std::string before = config.text();
  config.apply(overrides, problems);
  return {problems.messages(), config.text(), before};
}

TEST(ConfigOverride, SetsAnyValue) {
  const auto result = changed({{"until", "2030"},
                               {"trade.tariff", "1"},
                               {"trade.partners", " 7 "},
                               {"labour.hours", "1.5"},
                               {"towns.south.name", "\"Deep South\""},
                               {"towns.north.heights", "[1, 2]"},
                               {"towns.north.visitors.2023", "5"},
                               {"towns.north.visitors.2024", "6"},
                               {"towns.south.visitors.2025", "7"},
                               {"trade.map", "{ a = 1 }"},
                               {"trade.map.b", "2"}});
  EXPECT_THAT(result.told, IsEmpty());
  EXPECT_EQ(result.text,
            "empty = []\nuntil = 2030\n\ntowns = [\n"
            "  { id = \"north\", heights = [1, 2], name = \"North\", visitors = { 2023 = 5, 2024 = "
            "6 } },\n"
            "  { id = \"south\", name = \"Deep South\", visitors = { 2025 = 7 } },\n]\n\n"
            "[labour]\nhours = 1.5\n\n"
            "[trade]\nmap = { a = 1, b = 2 }\npartners = 7\ntariff = 1\n");
}

TEST(ConfigOverride, TakesWordsForText) {
  const auto result = changed({{"until", "no_intervention"},
                               {"trade.tariff", "two words"},
                               {"towns.north.name", "2024-03"},
                               {"towns.south.name", "500e"}});
  EXPECT_THAT(result.told, IsEmpty());
  EXPECT_THAT(result.text,
              AllOf(HasSubstr("until = \"no_intervention\""), HasSubstr("tariff = \"two words\""),
                    HasSubstr("name = \"2024-03\""), HasSubstr("name = \"500e\"")));
  EXPECT_THAT(changed({{"until", "true"}}).text, HasSubstr("until = true"));
}

TEST(ConfigOverride, HasThePlaceOfItsCommand) {
  Problems problems;
  auto config = Config::parse(kTowns, "a.toml", problems);
  config.apply(std::vector<Override>{{"towns.north.area_km2", "-5"}, {"trade.partners", "[1]"}},
               problems);
  read_rows(config, "towns", town_fields(), problems);
  read_section(config, "trade", trade_fields(), problems);
  EXPECT_THAT(
      problems.messages(),
      ElementsAre(StartsWith("--set towns.north.area_km2=-5: area_km2 = -5 is negative.\n"),
                  StartsWith("--set trade.partners=[1]: partners = [1] is a list, not a whole")));
  EXPECT_EQ(config.place("trade", "", "partners").line, 0);
  EXPECT_EQ(config.place("trade", "", "tariff").text(), "a.toml:8");
}

TEST(ConfigOverride, OfARowThatDoesNotExistNamesTheNearest) {
  EXPECT_THAT(changed({{"towns.nroth.name", "x"}}).told,
              ElementsAre("--set towns.nroth.name=x: towns has no row \"nroth\".\n"
                          "  A change is to a row that exists.\n"
                          "  Did you mean \"north\"?"));
  EXPECT_THAT(changed({{"towns.far-away.name", "x"}}).told,
              ElementsAre(HasSubstr("Known are \"north\", \"south\".")));
  EXPECT_THAT(changed({{"empty.north.name", "x"}}).told,
              ElementsAre(HasSubstr("empty has no row \"north\".")));
}

TEST(ConfigOverride, SetsOneValueOnly) {
  for (const Override& wrong : std::vector<Override>{{"towns", "3"},
                                                     {"towns.north", "3"},
                                                     {"trade", "3"},
                                                     {"towns.north.id", "east"},
                                                     {"new", "{ a = 1 }"},
                                                     {"new", "[{ a = 1 }]"},
                                                     {"new", "[1, { a = 1 }]"},
                                                     {"until", "{ a = 1 }"},
                                                     {"until.x", "1"},
                                                     {"empty.x", "1"},
                                                     {"trade.tariff.x", "1"},
                                                     {"towns.north.name.x", "1"},
                                                     {"include", "[\"b.toml\"]"}}) {
    const auto result = changed({wrong});
    EXPECT_THAT(result.told, ElementsAre(StartsWith("--set " + wrong.path + "=")));
    EXPECT_EQ(result.text, result.before);
  }
  EXPECT_THAT(changed({{"towns", "3"}}).told,
              ElementsAre("--set towns=3: towns is a table of rows.\n"
                          "  A change sets one value.\n"
                          "  Write towns.id.key=value."));
  EXPECT_THAT(changed({{"until.x", "1"}}).told,
              ElementsAre("--set until.x=1: until = 2027 has no keys.\n"
                          "  Only sections, rows and maps have keys.\n"
                          "  Set it whole: until=value."));
}

TEST(ConfigOverride, HasAPath) {
  for (const std::string path : {"", ".", "a.", ".a", "a..b", "a.b.c.d.e", "a\xFF"})
    EXPECT_THAT(changed({{path, "1"}}).told,
                ElementsAre("--set " + path + "=1: \"" + path +
                            "\" is not a path to a value.\n"
                            "  A path is key, section.key or table.id.key; a map's value has one "
                            "more part.\n"
                            "  Write it like towns.north.people=3."));
}

TEST(ConfigOverride, HasOneValueInToml) {
  EXPECT_THAT(changed({{"until", ""}}).told,
              ElementsAre("--set until=: there is no value.\n"
                          "  A value is written as in a file: 3, 0.5, true, \"text\", [1, 2].\n"
                          "  Put text in quotation marks, and all of it in others for the shell: "
                          "--set 'path=\"text\"'."));
  EXPECT_THAT(changed({{"until", "[1,"}}).told,
              ElementsAre(HasSubstr("the value is refused: this is not TOML: ")));
  EXPECT_THAT(changed({{"until", "1\nuntil = 2"}}).told,
              ElementsAre(HasSubstr("the value is more than one.")));
  EXPECT_THAT(changed({{"until", "\xFF"}}).told, ElementsAre(HasSubstr("UTF-8")));
  EXPECT_THAT(changed({{"until", std::string(1000, '[')}}).told,
              ElementsAre(HasSubstr("nested more than 64 deep")));
}

// -------------------------------------------------------------------------------------- round trip

std::string round_trip(const std::string& text) {
  Problems problems;
  const std::string once = Config::parse(text, "a.toml", problems).text();
  const std::string twice = Config::parse(once, "b.toml", problems).text();
  EXPECT_THAT(problems.messages(), IsEmpty()) << once;
  EXPECT_EQ(once, twice);
  return once;
}

TEST(ConfigCanonicalText, ParsesToTheSame) {
  round_trip(kTowns);
  EXPECT_EQ(round_trip(""), "");
  EXPECT_EQ(round_trip("[s]"), "[s]\n");
  EXPECT_EQ(round_trip("\"a.b\" = 1\n\"\" = 2\n\"è\" = 3\n-1_z = 4"),
            "\"\" = 2\n-1_z = 4\n\"a.b\" = 1\n\"è\" = 3\n");
  EXPECT_EQ(round_trip("s = \"q\\\" b\\\\ n\\n t\\t r\\r e\\u001B d\\u007F è € \\U0001F6B2\""),
            "s = \"q\\\" b\\\\ n\\n t\\t r\\u000D e\\u001B d\\u007F è € 🚲\"\n");
  EXPECT_EQ(round_trip("[s]\na = [1, [2.5, []], { b = { c.d = true } }]"),
            "[s]\na = [1, [2.5, []], { b = { c = { d = true } } }]\n");
  EXPECT_EQ(round_trip("[a.b]\nc = 1\n[a]\nd = {}\n"), "[a]\nb = { c = 1 }\nd = {}\n");
}

TEST(ConfigCanonicalText, KeepsNumbersAndDatesExactly) {
  EXPECT_EQ(round_trip("a = [0.1, 1e20, 1e-7, 3.0, -0.0, 5e-324, 1.7976931348623157e308, inf, "
                       "-inf, nan, 0.30000000000000004]"),
            "a = [0.1, 1e+20, 1e-07, 3.0, -0.0, 5e-324, 1.7976931348623157e+308, inf, -inf, nan, "
            "0.30000000000000004]\n");
  EXPECT_EQ(round_trip("a = [0xFF, 0o17, 0b11, 1_000, 9223372036854775807, -9223372036854775808]"),
            "a = [255, 15, 3, 1000, 9223372036854775807, -9223372036854775808]\n");
  EXPECT_EQ(round_trip("a = [2024-03-01, 07:30:00, 07:30:00.25, 2024-03-01T07:30:00, "
                       "2024-03-01T07:30:00Z, 2024-03-01T07:30:00.000000001+02:00]"),
            "a = [2024-03-01, 07:30:00, 07:30:00.25, 2024-03-01T07:30:00, 2024-03-01T07:30:00Z, "
            "2024-03-01T07:30:00.000000001+02:00]\n");
}

TEST(ConfigCanonicalText, DoesNotDependOnHowTheFileIsArranged) {
  EXPECT_EQ(round_trip("b = 1\na = 2\nrows = [{ z = 1, id = \"r\", a = 2 }]\n[s]\ny = 1\nx = 2\n"),
            round_trip("s.x = 2\ns.y = 1\na = 2\nb = 1\n[[rows]]\na = 2\nz = 1\nid = \"r\"\n"));
}

// ----------------------------------------------------------------------------------------- nearest

TEST(Nearest, IsTheCandidateWithFewestEdits) {
  const std::vector<std::string_view> words{"torre", "lyonne", "area_km2", "IT", "", "people"};
  EXPECT_EQ(nearest("tore", words), "torre");
  EXPECT_EQ(nearest("lyon", words), "lyonne");
  EXPECT_EQ(nearest("poeple", words), "people");
  EXPECT_EQ(nearest("area", words), "");
  EXPECT_EQ(nearest("areakm", words), "area_km2");
  EXPECT_EQ(nearest("I", words), "IT");
  EXPECT_EQ(nearest("X", words), "");
  EXPECT_EQ(nearest("TI", words), "IT");
  EXPECT_EQ(nearest("ITT", words), "IT");
  EXPECT_EQ(nearest("GB", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest("xylophone", words), "");
  EXPECT_EQ(nearest("torre", {}), "");
  EXPECT_EQ(nearest("torre", words), "torre");
}

TEST(Nearest, CountsASwapOfNeighboursOnce) {
  const std::vector<std::string_view> words{"abd", "acb"};
  EXPECT_EQ(nearest("abc", words), "abd") << "of equals, the first";
  const std::vector<std::string_view> swapped{"acb"};
  EXPECT_EQ(nearest("abc", swapped), "acb");
}

TEST(Nearest, IsQuickForAbsurdWords) {
  const std::string longest(10'000'000, 'a');
  const std::vector<std::string_view> words{longest};
  EXPECT_EQ(nearest(longest, words), "");
  EXPECT_EQ(nearest("aaa", words), "");
}

}  // namespace
}  // namespace tavolo::engine
