#include "engine/negotiation/domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/error.h"
#include "tests/support/own_folder.h"
#include "tests/support/refusal.h"

namespace tavolo::engine::negotiation {
namespace {

namespace fs = std::filesystem;
using test::refusal;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using Numbers = std::vector<double>;

/// The same outcomes, in the same order, worth the same to the last bit.
void expect_same(const Domain& a, const Domain& b) {
  ASSERT_EQ(a.agenda.outcomes(), b.agenda.outcomes());
  ASSERT_EQ(a.agenda.issues().size(), b.agenda.issues().size());
  for (std::size_t i = 0; i < a.agenda.issues().size(); ++i) {
    const auto &issue = a.agenda.issues()[i], &other = b.agenda.issues()[i];
    EXPECT_EQ(issue.name, other.name);
    EXPECT_EQ(issue.kind, other.kind);
    EXPECT_EQ(issue.levels, other.levels);
    EXPECT_EQ(issue.labels, other.labels);
  }
  ASSERT_EQ(a.profiles.size(), b.profiles.size());
  const auto of_a = tabulate(a), of_b = tabulate(b);
  for (std::size_t p = 0; p < a.profiles.size(); ++p) {
    EXPECT_EQ(a.profiles[p].name, b.profiles[p].name);
    EXPECT_EQ(a.profiles[p].discount, b.profiles[p].discount);
    EXPECT_EQ(of_a[p].reservation, of_b[p].reservation);
    EXPECT_EQ(std::memcmp(of_a[p].of.data(), of_b[p].of.data(), of_a[p].of.size() * sizeof(double)),
              0);
  }
}

Domain through_toml(const Domain& domain) {
  return parse_toml_domain(toml_text(domain), domain.name + ".toml");
}
Domain through_genius(const Domain& domain) {
  return parse_genius(domain.name, genius_texts(domain));
}

// ----------------------------------------------------------------------------------------- GENIUS

constexpr std::string_view kDomain = R"(<negotiation_template>
<utility_space number_of_issues="3">
<objective index="0" name="root" type="objective" etype="objective">
  <issue index="2" name="Payment" vtype="discrete">
    <item index="1" value="on delivery"/>
    <item index="2" value="30 days"/>
  </issue>
  <issue index="1" name="Speed" vtype="integer" lowerbound="2" upperbound="4"/>
  <issue index="3" name="Share" type="real" steps="2"><range lowerbound="0" upperbound="1"/></issue>
</objective>
</utility_space>
</negotiation_template>
)";

constexpr std::string_view kBuyer = R"(<utility_space>
<objective index="0" name="any">
  <issue index="1" name="Speed" vtype="integer" lowerbound="2" upperbound="4">
    <evaluator ftype="linear" slope="0.5" offset="0.0"/>
  </issue>
  <issue index="2" name="Payment" vtype="discrete">
    <item index="2" value=" 30 days" evaluation="4"/>
    <item index="1" value="on delivery" evaluation="1"/>
  </issue>
  <issue index="3" name="Share"><evaluator ftype="triangular" parameter0="0" parameter1="1"
    parameter2="0.5"/></issue>
  <weight index="3" value="0.125"/>
  <weight index="1" value="0.5"/>
  <weight index="2" value="0.25"/>
</objective>
<discount_factor value="0.9"/>
<reservation value="0.25"/>
</utility_space>
)";

constexpr std::string_view kSeller =
    "<utility_space><objective><issue index=\"2\" name=\"Payment\">"
    "<item value=\"30 days\" evaluation=\"0\"/><item value=\"on delivery\" evaluation=\"3\"/>"
    "</issue></objective></utility_space>";

std::vector<TextFile> genius(std::string_view domain = kDomain, std::string_view first = kBuyer,
                             std::string_view second = kSeller) {
  return {{"d.xml", std::string{domain}},
          {"p/buyer.xml", std::string{first}},
          {"p/seller.xml", std::string{second}}};
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string result{text};
  const auto at = result.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return result.replace(at, what.size(), with);
}

TEST(GeniusDomain, IsReadByItsConventions) {
  const auto domain = parse_genius("supply", genius());
  const auto& issues = domain.agenda.issues();
  ASSERT_EQ(issues.size(), 3);  // by index, not as they stand in the file
  EXPECT_EQ(issues[0].name, "Speed");
  EXPECT_EQ(issues[1].labels, (std::vector<std::string>{"on delivery", "30 days"}));
  EXPECT_EQ(issues[2].levels, (Numbers{0, 0.5, 1}));

  ASSERT_EQ(domain.profiles.size(), 2);
  EXPECT_EQ(domain.profiles[0].name, "buyer");
  EXPECT_EQ(domain.profiles[0].discount, 0.9);
  EXPECT_EQ(domain.profiles[1].discount, 1);
  const auto parties = tabulate(domain);
  EXPECT_EQ(parties[0].reservation, 0.25);
  EXPECT_EQ(parties[1].reservation, 0);
  domain.agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    const double triangle = terms[2] == 0.5 ? 1 : 0;
    EXPECT_EQ(parties[0].of[outcome],
              0.5 * (0.5 * (terms[0] - 2)) + 0.25 * (terms[1] == 1 ? 1 : 0.25) + 0.125 * triangle);
    // What the seller does not name adds nothing; a weight that is not there is 1.
    EXPECT_EQ(parties[1].of[outcome], terms[1] == 0 ? 1 : 0);
  });
}

TEST(GeniusDomain, MayNestIssuesInObjectivesOrNot) {
  const auto nested = replaced(replaced(kDomain, "<issue index=\"1\"",
                                        "<objective index=\"9\" name=\"sub\"><issue index=\"1\""),
                               "<issue index=\"3\"", "</objective><issue index=\"3\"");
  expect_same(parse_genius("supply", genius(nested)), parse_genius("supply", genius()));
  auto flat = replaced(kDomain,
                       "<objective index=\"0\" name=\"root\" type=\"objective\" "
                       "etype=\"objective\">",
                       "");
  flat = replaced(flat, "</objective>", "");
  expect_same(parse_genius("supply", genius(flat)), parse_genius("supply", genius()));
}

TEST(GeniusDomain, MayCountIssuesFromZeroOrNotAtAll) {
  auto domain = replaced(kDomain, "index=\"2\" name=\"Payment\"", "index=\"1\" name=\"Payment\"");
  domain = replaced(domain, "index=\"1\" name=\"Speed\"", "index=\"0\" name=\"Speed\"");
  expect_same(parse_genius("supply", genius(domain)), parse_genius("supply", genius()));

  // Without indices the order of the file holds, for issues and for weights.
  const auto files = genius(
      "<negotiation_template><issue name=\"a\"><item value=\"x\"/><item value=\"y\"/></issue>"
      "<issue name=\"b\"><item value=\"x\"/></issue></negotiation_template>",
      "<utility_space><issue name=\"b\"><item value=\"x\" evaluation=\"1\"/></issue>"
      "<issue name=\"a\"><item value=\"x\" evaluation=\"1\"/><item value=\"y\" evaluation=\"2\"/>"
      "</issue><weight value=\"0.25\"/><weight value=\"0.75\"/></utility_space>",
      "<utility_space/>");
  const auto parties = tabulate(parse_genius("ab", files));
  EXPECT_EQ(parties[0].of, (Numbers{0.625, 1}));
  EXPECT_EQ(parties[1].of, (Numbers{0, 0}));
}

TEST(GeniusDomain, MayBeWrittenByAnyEditor) {
  const auto expected = parse_genius("supply", genius());
  auto messy = replaced(kDomain, "<negotiation_template>",
                        "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<!-- a remark -->\r\n"
                        "<!DOCTYPE negotiation_template [<!ENTITY a \"aaaa\">]>"
                        "<negotiation_template>some text <![CDATA[<issue/>]]>");
  std::string windows;
  for (const char c : messy) windows += c == '\n' ? std::string{"\r\n"} : std::string{c};
  expect_same(parse_genius("supply", genius(windows)), expected);

  // Latin-1, whether the file says so or not; both become UTF-8.
  for (const char* prolog : {"", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"}) {
    const auto in_latin1 = [&](std::string_view text) {
      return prolog + replaced(text, "30 days", "30 d\xEC");
    };
    const auto domain =
        parse_genius("supply", genius(in_latin1(kDomain), in_latin1(kBuyer), in_latin1(kSeller)));
    EXPECT_EQ(domain.agenda.issues()[1].labels[1], "30 d\xC3\xAC");
  }
}

TEST(GeniusDomain, ExpandsNoEntitiesOfItsOwn) {
  const auto bomb = replaced(
      replaced(
          kDomain, "<negotiation_template>",
          "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><negotiation_template>"),
      "value=\"on delivery\"", "value=\"&b;&amp;\"");
  const auto files = genius(bomb, "<utility_space/>", "<utility_space/>");
  EXPECT_EQ(parse_genius("x", files).agenda.issues()[1].labels[0], "&b;&");
}

TEST(GeniusDomain, SurvivesDeepNesting) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<objective>";
  EXPECT_THAT(refusal([&] { parse_genius("x", genius(deep)); }), HasSubstr("d.xml:1: "));
  std::string closed = deep;
  for (int i = 0; i < 200'000; ++i) closed += "</objective>";
  const auto nested = "<negotiation_template>" + closed +
                      "<issue name=\"a\"><item value=\"x\"/></issue></negotiation_template>";
  EXPECT_EQ(
      parse_genius("x", genius(nested, "<utility_space/>", "<utility_space/>")).agenda.outcomes(),
      1);
}

// A spoilt file, the line to be named, and what is said of it.
struct Fault {
  std::string what, with, place, problem;
  std::string in(std::string_view text) const { return replaced(text, what, with); }
};

TEST(GeniusDomain, RefusesASpoiltDomainWithItsLine) {
  const std::vector<Fault> faults{
      {"</negotiation_template>", "", "d.xml:12: ", "not XML"},
      {"name=\"Payment\"", "", "d.xml:4: ", "the element issue has no name"},
      {"name=\"Payment\"", "name=\"Speed\"", "d.xml:4: ", "'Speed' stands twice"},
      {"index=\"2\" name=\"Payment\"", "index=\"3\" name=\"Payment\"",
       "d.xml:9: ", "the index 3 of the issue 'Share' is also that of 'Payment'"},
      {"index=\"2\" name=\"Payment\"", "index=\"two\" name=\"Payment\"",
       "d.xml:4: ", "index=\"two\" is not a finite number"},
      {"vtype=\"discrete\"", "vtype=\"text\"", "d.xml:4: ", "has vtype=\"text\""},
      {"value=\"30 days\"", "", "d.xml:6: ", "the element item has no value"},
      {"value=\"30 days\"", "value=\"on delivery\"", "d.xml:4: ", "'on delivery' twice"},
      {"<item index=\"1\" value=\"on delivery\"/>\n    <item index=\"2\" value=\"30 days\"/>", "",
       "d.xml:4: ", "'Payment' has no level"},
      {"lowerbound=\"2\"", "lowerbound=\"2.5\"", "d.xml:8: ", "is not a whole number"},
      {"lowerbound=\"2\"", "lowerbound=\"7\"", "d.xml:8: ", "from 7 to 4"},
      {"lowerbound=\"2\"", "", "d.xml:8: ", "the element issue has no lowerbound"},
      {"upperbound=\"4\"", "upperbound=\"400000000000\"", "d.xml:8: ", "more than 1000000 values"},
      {"upperbound=\"4\"", "upperbound=\"400000\"", "d.xml:8: ", "the limit is 1000000"},
      {"upperbound=\"1\"", "upperbound=\"inf\"", "d.xml:9: ", "not a finite number"},
      {"steps=\"2\"", "steps=\"0\"", "d.xml:9: ", "0 steps"},
  };
  for (const auto& fault : faults)
    EXPECT_THAT(refusal([&] { parse_genius("x", genius(fault.in(kDomain))); }),
                AllOf(StartsWith(fault.place), HasSubstr(fault.problem)))
        << fault.what << " -> " << fault.with;
}

TEST(GeniusDomain, RefusesASpoiltProfileWithItsLine) {
  const std::vector<Fault> faults{
      {"name=\"Speed\"", "name=\"Sped\"", "p/buyer.xml:3: ", "the domain has no issue 'Sped'"},
      {"vtype=\"discrete\"", "vtype=\"integer\"",
       "p/buyer.xml:6: ", "is integer here, but not in the domain"},
      {"vtype=\"integer\"", "vtype=\"discrete\"",
       "p/buyer.xml:3: ", "is discrete here, but not in the domain"},
      {"lowerbound=\"2\"", "lowerbound=\"1\"", "p/buyer.xml:3: ", "other bounds"},
      {"slope=\"0.5\"", "slope=\"steep\"", "p/buyer.xml:4: ", "slope=\"steep\" is not a finite"},
      {"ftype=\"linear\"", "ftype=\"cubic\"", "p/buyer.xml:4: ", "ftype=\"cubic\" is not known"},
      {"ftype=\"linear\"", "", "p/buyer.xml:4: ", "the element evaluator has no ftype"},
      {"value=\" 30 days\"", "value=\"31 days\"", "p/buyer.xml:7: ", "'31 days' is not a value"},
      {"value=\" 30 days\"", "value=\"on delivery\"", "p/buyer.xml:8: ", "is evaluated twice"},
      {"evaluation=\"4\"", "evaluation=\"4,5\"", "p/buyer.xml:7: ", "evaluation=\"4,5\""},
      {"evaluation=\"4\"", "", "p/buyer.xml:7: ", "has no evaluation"},
      {"<item index=\"1\" value=\"on delivery\" evaluation=\"1\"/>", "",
       "p/buyer.xml:6: ", "no evaluation of 'on delivery'"},
      {"<item index=\"1\" value=\"on delivery\" evaluation=\"1\"/>",
       "<evaluator ftype=\"linear\" slope=\"1\" offset=\"0\"/>",
       "p/buyer.xml:8: ", "has an evaluator"},
      {"parameter2=\"0.5\"", "parameter2=\"1.5\"", "p/buyer.xml:10: ", "its top outside"},
      {"<weight index=\"3\"", "<weight index=\"4\"",
       "p/buyer.xml:12: ", "no issue has the index 4"},
      {"<weight index=\"3\"", "<weight index=\"1\"", "p/buyer.xml:13: ", "a second weight"},
      {"value=\"0.125\"", "value=\"\"", "p/buyer.xml:12: ", "value=\"\" is not a finite number"},
      {"factor value=\"0.9\"", "factor value=\"1.5\"", "p/buyer.xml:16: ", "is not in [0, 1]"},
      {"<reservation value=\"0.25\"/>", "<reservation value=\"0\"/>\n<reservation value=\"0\"/>",
       "p/buyer.xml:18: ", "reservation stands twice"},
      {"<reservation value=\"0.25\"/>", "<utility_function/>", "p/buyer.xml:17: ", "non-linear"},
      {"</utility_space>", "<utility_space>", "p/buyer.xml:18: ", "not XML"},
  };
  for (const auto& fault : faults)
    EXPECT_THAT(refusal([&] { parse_genius("x", genius(kDomain, fault.in(kBuyer))); }),
                AllOf(StartsWith(fault.place), HasSubstr(fault.problem)))
        << fault.what << " -> " << fault.with;
}

TEST(GeniusDomain, RefusesEvaluationsWithoutALargest) {
  const auto negative = replaced(replaced(kBuyer, "evaluation=\"4\"", "evaluation=\"-4\""),
                                 "evaluation=\"1\"", "evaluation=\"-1\"");
  EXPECT_THAT(refusal([&] { parse_genius("x", genius(kDomain, negative)); }),
              AllOf(StartsWith("p/buyer.xml:6: "), HasSubstr("is above 0")));
}

TEST(GeniusDomain, NeedsOneDomainAndItsProfiles) {
  const auto files = genius();
  EXPECT_THAT(refusal([&] {
                parse_genius("x", std::vector{files[1], files[2]});
              }),
              AllOf(StartsWith("p: "), HasSubstr("no file is a domain")));
  EXPECT_THAT(refusal([&] {
                parse_genius("x", std::vector{files[0], files[1]});
              }),
              AllOf(StartsWith("d.xml: "), HasSubstr("1 profiles")));
  EXPECT_THAT(refusal([&] { parse_genius("x", genius(kDomain, kDomain)); }),
              AllOf(StartsWith("p/buyer.xml:1: "), HasSubstr("second domain file, after d.xml")));
  EXPECT_THAT(refusal([&] { parse_genius("x", genius("<negotiation_template/>")); }),
              AllOf(StartsWith("d.xml:1: "), HasSubstr("no issue")));
  auto other = files;
  other.push_back({"z.xml", "<report/>"});  // somebody's results
  expect_same(parse_genius("x", other), parse_genius("x", files));
  other.back().text = std::string("<report\0/>", 10);
  EXPECT_THAT(refusal([&] { parse_genius("x", other); }),
              AllOf(StartsWith("z.xml: "), HasSubstr("not text")));
}

// ------------------------------------------------------------------------------------------- TOML

constexpr std::string_view kToml = R"(name = "supply"
issues = [
  { id = "speed", lower = 2, upper = 4 },
  { id = "payment", name = "Payment terms", labels = ["on delivery", "30 days"] },
  { id = "share", lower = 0, upper = 1, steps = 2 },
  { id = "price", levels = [10, 7.5] },
]
parties = [
  { id = "buyer", reservation = 0.25, discount = 0.9 },
  { id = "seller" },
]
evaluations = [
  { id = "1", party = "buyer", issue = "speed", weight = 0.5, slope = 0.5, offset = 0 },
  { id = "2", party = "buyer", issue = "share", weight = 0.125, triangle = [0, 0.5, 1] },
  { id = "3", party = "seller", issue = "payment", values = [3, 0] },
]
interactions = [
  { id = "4", party = "seller", issues = ["price", "payment"], values = [1, 2, 3, 4] },
]
caps = [
  { id = "budget", issues = ["price", "speed"], coefficients = [1, 2], limit = 16 },
]
)";

TEST(TomlDomain, HasIssuesOfEveryKindInteractionsAndCaps) {
  const auto domain = parse_toml_domain(kToml, "supply.toml");
  EXPECT_EQ(domain.name, "supply");
  ASSERT_EQ(domain.agenda.outcomes(), 36);
  EXPECT_EQ(domain.agenda.issues()[1].name, "Payment terms");
  EXPECT_EQ(domain.profiles[1].name, "seller");
  const auto parties = tabulate(domain);
  EXPECT_EQ(parties[0].reservation, 0.25);
  domain.agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    if (terms[3] + 2 * terms[0] > 16) {
      EXPECT_EQ(parties[0].of[outcome], kInfeasible);
      EXPECT_EQ(parties[1].of[outcome], kInfeasible);
      return;
    }
    EXPECT_EQ(parties[0].of[outcome], 0.5 * (0.5 * (terms[0] - 2)) + (terms[2] == 0.5 ? 0.125 : 0));
    EXPECT_EQ(parties[1].of[outcome],
              (terms[1] == 0 ? 1 : 0) + (terms[3] == 10 ? 1 : 3) + terms[1]);
  });
}

TEST(TomlDomain, IsRefusedWithTheLineOfEveryProblem) {
  const std::vector<Fault> faults{
      {"name = \"supply\"", "nam = \"supply\"", "d.toml:1: ", "Did you mean \"name\"?"},
      {"lower = 2", "lowr = 2", "d.toml:3: ", "Did you mean \"lower\"?"},
      {"lower = 2", "lower = 2.5", "d.toml:3: ", "lower = 2.5 is no whole number"},
      {"lower = 2", "lower = 5", "d.toml:3: ", "from 5 to 4"},
      {"lower = 2, ", "", "d.toml:3: ", "has half a range"},
      {"lower = 2, upper = 4", "name = \"s\"", "d.toml:3: ", "has no values"},
      {"lower = 2, upper = 4", "lower = 2, upper = 4, levels = [1]",
       "d.toml:3: ", "values of several kinds"},
      {"upper = 4", "upper = 4e8", "d.toml:3: ", "more than 1000000 values"},
      {"upper = 4", "upper = 400000", "d.toml:2: ", "the limit is 1000000"},
      {"\"Payment terms\"", "\"speed\"", "d.toml:4: ", "the name \"speed\" stands twice"},
      {"\"30 days\"", "\"on delivery\"", "d.toml:4: ", "'on delivery' twice"},
      {"steps = 2", "steps = 0", "d.toml:5: ", "steps = 0 is below 1"},
      {"7.5]", "10]", "d.toml:6: ", "stands twice"},
      {"discount = 0.9", "discount = 1.9", "d.toml:9: ", "discount = 1.9 is above 1"},
      {"discount = 0.9", "discount = 0", "d.toml:9: ", "leaves nothing"},
      {"  { id = \"seller\" },\n", "", "d.toml:14: ", "\"seller\" is not in the table parties"},
      {"issue = \"speed\"", "issue = \"sped\"", "d.toml:13: ", "Did you mean \"speed\"?"},
      {", offset = 0", "", "d.toml:13: ", "half a line"},
      {", slope = 0.5, offset = 0", "", "d.toml:13: ", "says nothing"},
      {"slope = 0.5, offset = 0", "values = [1, 2]", "d.toml:13: ", "2 values for the 3 levels"},
      {"slope = 0.5, offset = 0", "values = [-1, -2, -3]", "d.toml:13: ", "is above 0"},
      {"[0, 0.5, 1]", "[0, 2, 1]", "d.toml:14: ", "not lower end, top, upper end"},
      {"values = [3, 0]", "slope = 1, offset = 0", "d.toml:15: ", "is no range"},
      {"values = [3, 0]", "values = [3, 0], slope = 1, offset = 0",
       "d.toml:15: ", "says several things"},
      {"party = \"buyer\", issue = \"share\"", "party = \"buyer\", issue = \"speed\"",
       "d.toml:14: ", "a second time"},
      {"\"price\", \"payment\"", "\"price\", \"price\"", "d.toml:18: ", "between two issues"},
      {"[1, 2, 3, 4]", "[1, 2, 3]", "d.toml:18: ", "3 values for 4 pairs"},
      {"[1, 2], limit", "[1], limit", "d.toml:21: ", "1 coefficients for 2 issues"},
      {"\"price\", \"speed\"", "\"price\", \"payment\"", "d.toml:21: ", "has labels"},
      {", limit = 16", "", "d.toml:21: ", "has no limit"},
      {"limit = 16 },\n]", "limit = 16 },\n", "d.toml:", "not TOML"},
  };
  for (const auto& fault : faults)
    EXPECT_THAT(refusal([&] { parse_toml_domain(fault.in(kToml), "d.toml"); }),
                AllOf(StartsWith(fault.place), HasSubstr(fault.problem)))
        << fault.what << " -> " << fault.with;
  EXPECT_THAT(refusal([] { parse_toml_domain("", "d.toml"); }),
              AllOf(StartsWith("d.toml: "), HasSubstr("0 parties")));
}

// ---------------------------------------------------------------------------------- there and back

TEST(Domain, IsTheSameAfterEveryFormat) {
  const auto from_genius = parse_genius("supply", genius());
  expect_same(through_toml(from_genius), from_genius);
  expect_same(through_genius(through_toml(from_genius)), from_genius);
  const auto from_toml = parse_toml_domain(kToml, "supply.toml");
  expect_same(through_toml(from_toml), from_toml);
  EXPECT_EQ(toml_text(through_toml(from_toml)), toml_text(from_toml));
}

TEST(Domain, KeepsNumbersAndNamesThatAreHardToWrite) {
  auto domain = parse_genius("s", genius());
  domain.profiles[0].name = "zoë & \"Co\"";  // sorts behind the other, and is no file name
  domain.profiles[0].reservation = 123456789012345680000.0;
  domain.profiles[1].reservation = 5e-324;
  domain.profiles[0].utility.valuations[1]->weight = 0.1 + 0.2;
  domain.profiles[1].utility.valuations[1]->weight = -0.0;
  const auto toml = through_toml(domain);
  expect_same(toml, domain);
  EXPECT_EQ(genius_texts(domain)[1].name.substr(0, 9), "party-01-");
  auto xml = through_genius(domain);
  for (std::size_t p = 0; p < 2; ++p) xml.profiles[p].name = domain.profiles[p].name;
  expect_same(xml, domain);
}

TEST(Domain, WithInteractionsOrCapsIsNotWrittenAsGenius) {
  auto domain = parse_toml_domain(kToml, "supply.toml");
  EXPECT_THAT(refusal([&] { genius_texts(domain); }), HasSubstr("interactions"));
  domain.profiles[1].utility.interactions.clear();
  EXPECT_THAT(refusal([&] { genius_texts(domain); }), HasSubstr("caps"));
  domain.caps.clear();
  const auto back = through_genius(domain);  // listed levels become labels
  EXPECT_EQ(back.agenda.issues()[3].labels, (std::vector<std::string>{"10", "7.5"}));
  EXPECT_EQ(tabulate(back)[0].of, tabulate(domain)[0].of);
}

class DomainFiles : public test::InOwnFolder {};

TEST_F(DomainFiles, AreAFolderOfXmlOrATomlFile) {
  const auto domain = parse_genius("x", genius());
  const auto xml = path("xml"), toml = path("toml/supply.toml");
  write_genius(domain, xml);
  write("xml/readme.txt", "no domain");
  expect_same(read_domain(xml), domain);
  EXPECT_EQ(read_domain(xml + "/").name, "xml");

  fs::create_directories(path("toml"));
  write_toml(domain, toml);
  expect_same(read_domain(toml), domain);
  expect_same(read_domain(path("toml")), domain);
}

TEST_F(DomainFiles, AreNotOverwritten) {
  const auto domain = parse_genius("x", genius());
  write_genius(domain, path("xml"));
  EXPECT_THAT(refusal([&] { write_genius(domain, path("xml")); }), HasSubstr("holds XML files"));
  write_toml(domain, path("a.toml"));
  EXPECT_THAT(refusal([&] { write_toml(domain, path("a.toml")); }), HasSubstr("exists"));
  EXPECT_THAT(refusal([&] { write_toml(domain, path("no/a.toml")); }),
              HasSubstr("cannot be written"));
}

TEST_F(DomainFiles, AreRefusedByNameWhenTheyAreNoDomain) {
  EXPECT_THAT(refusal([&] { read_domain(path("none")); }),
              HasSubstr("none: the file does not exist"));
  EXPECT_THAT(refusal([&] { read_domain(path()); }), HasSubstr("holds no domain"));
  write("a.toml", kToml);
  write("b.toml", kToml);
  EXPECT_THAT(refusal([&] { read_domain(path()); }), HasSubstr("2 TOML files"));
}

TEST(TomlDomain, IsDocumentedByAnExampleThatReads) {
  std::ifstream file{TAVOLO_SOURCE_DIR "/docs/negotiation.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  constexpr std::string_view kFence = "```toml\n";
  const auto begin = page.find(kFence);
  ASSERT_NE(begin, std::string::npos);
  const auto text =
      page.substr(begin + kFence.size(), page.find("```", begin + 3) - begin - kFence.size());
  const auto domain = parse_toml_domain(text, "docs/negotiation.md");
  EXPECT_EQ(domain.agenda.issues().size(), 4);
  EXPECT_EQ(domain.caps.size() + domain.profiles[1].utility.interactions.size(), 2);
}

TEST(DomainsOfOurOwn, AreSoundAndHaveADealForAll) {
  int domains = 0;
  for (const auto& entry : fs::directory_iterator{TAVOLO_SOURCE_DIR "/configs/negotiation"}) {
    const auto domain = read_domain(entry.path().string());
    SCOPED_TRACE(domain.name);
    ++domains;
    expect_same(through_toml(domain), domain);
    const auto parties = tabulate(domain);
    bool deal = false;
    for (std::size_t outcome = 0; outcome < domain.agenda.outcomes(); ++outcome) {
      bool rational = true;
      for (const auto& party : parties) {
        rational &= party.of[outcome] > party.reservation;
        EXPECT_LE(party.of[outcome], 1 + 1e-9);
        EXPECT_TRUE(party.of[outcome] >= 0 || party.of[outcome] == kInfeasible);
      }
      deal |= rational;
    }
    EXPECT_TRUE(deal);
    std::ifstream file{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_NE(text.substr(0, text.find("\nname")).find("illustrative"), std::string::npos);
  }
  EXPECT_GE(domains, 2);
}

TEST(PublishedDomains, AreTheSameAfterEveryFormat) {
  const auto folder = fs::path{TAVOLO_SOURCE_DIR} / "../shared/data/negotiation";
  if (!fs::exists(folder)) GTEST_SKIP() << "the published domains are not at " << folder;
  int domains = 0;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (!entry.is_directory()) continue;
    const auto domain = read_domain(entry.path().string());
    SCOPED_TRACE(domain.name);
    ++domains;
    expect_same(through_toml(domain), domain);
    expect_same(through_genius(through_toml(domain)), domain);
  }
  EXPECT_EQ(domains, 5);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
