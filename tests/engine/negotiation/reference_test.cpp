#include <gtest/gtest.h>

#include <algorithm>
// Boost.PropertyTree 1.74 itself includes the old bind header that warns about its placeholders.
#define BOOST_BIND_GLOBAL_PLACEHOLDERS
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/analysis.h"
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/domain.h"

// Published domains and runs of the field's reference implementation (NegMAS): our results must
// be the same, not similar.

namespace tavolo::engine::negotiation {
namespace {

using boost::property_tree::ptree;

constexpr double kSameUtility = 1e-9;

std::filesystem::path folder() {
  return std::filesystem::path{TAVOLO_SOURCE_DIR} / "../shared/data/negotiation";
}

struct Published {
  Domain domain;
  std::vector<Utilities> parties;
};

class Reference : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder() / "sao_cases.csv"))
      GTEST_SKIP() << "the published domains are not at " << folder();
    for (const char* name :
         {"acquisition_a", "camera_c", "itex_cypress", "laptop_c", "smart_grid_3p"}) {
      auto domain = read_domain((folder() / name).string());
      auto parties = tabulate(domain);
      domains.emplace(name, Published{std::move(domain), std::move(parties)});
    }
  }

  std::map<std::string, Published> domains;
};

/// The names of an outcome's values, joined by '|'.
std::string outcome_text(const Agenda& agenda, std::size_t outcome) {
  const auto levels = agenda.levels(outcome);
  std::string text;
  for (std::size_t i = 0; i < levels.size(); ++i)
    text += (i > 0 ? "|" : "") + agenda.issues()[i].text(levels[i]);
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{text};
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<double> numbers(const ptree& list) {
  std::vector<double> values;
  for (const auto& [key, value] : list) values.push_back(value.get_value<double>());
  return values;
}

bool same(const Point& a, const Point& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return std::abs(x - y) <= kSameUtility; });
}

bool contains(const std::vector<Point>& many, const Point& one) {
  return std::any_of(many.begin(), many.end(),
                     [&](const Point& other) { return same(other, one); });
}

/// The published list has exactly our points.
void expect_points(const std::vector<Point>& ours, const ptree& published,
                   const std::string& what) {
  EXPECT_EQ(ours.size(), published.size()) << what;
  for (const auto& [key, expected] : published)
    EXPECT_TRUE(contains(ours, numbers(expected))) << what;
}

TEST_F(Reference, RunsEndInTheSameRoundWithTheSameDeal) {
  std::ifstream file{folder() / "sao_cases.csv"};
  std::string line;
  std::getline(file, line);
  int rows = 0, matching = 0;
  while (std::getline(file, line)) {
    SCOPED_TRACE(line);
    const auto cells = split(line, ',');
    ASSERT_EQ(cells.size(), 12);
    const auto& [domain, utilities] = domains.at(cells[0]);
    std::vector<Party> parties;
    for (const auto& name : split(cells[1], '+'))
      parties.emplace_back(name, utilities.at(parties.size()), make_strategy(name));
    AlternatingOffers session{domain.agenda, parties, std::stoi(cells[2])};
    const auto status = session.play(session.rounds());

    ++rows;
    const auto deal = session.agreement();
    const bool matches = cells[3] == "agreement" && status == Status::agreed &&
                         session.round() == std::stoi(cells[4]) && deal &&
                         *deal == std::stoul(cells[5]);
    EXPECT_TRUE(matches) << "ours: round " << session.round() << ", outcome " << deal.value_or(0);
    if (!matches) continue;
    ++matching;
    EXPECT_EQ(outcome_text(domain.agenda, *deal), cells[6]);
    for (std::size_t party = 0; party < parties.size(); ++party)
      EXPECT_NEAR(session.utility(party, *deal), std::stod(cells[7 + party]), kSameUtility);
    EXPECT_EQ(session.trace().size(), std::stoul(cells[10]));
  }
  EXPECT_EQ(matching, rows);
  EXPECT_EQ(rows, 63);
}

TEST_F(Reference, UtilitiesAndSolutionsAreThePublishedOnes) {
  ptree published;
  boost::property_tree::read_json((folder() / "solutions.json").string(), published);
  ASSERT_EQ(published.size(), domains.size());
  for (const auto& [name, solution] : published) {
    SCOPED_TRACE(name);
    const auto& [domain, parties] = domains.at(name);
    const auto analysis = analyse(parties, Convention::negmas);
    ASSERT_EQ(domain.agenda.outcomes(), solution.get<std::size_t>("n_outcomes"));
    ASSERT_EQ(parties.size(), solution.get<std::size_t>("parties"));

    const auto reservations = numbers(solution.get_child("rv"));
    const auto sums = numbers(solution.get_child("utility_sum"));
    for (std::size_t i = 0; i < parties.size(); ++i) {
      EXPECT_EQ(parties[i].reservation, reservations[i]);
      double sum = 0;
      for (const double utility : parties[i].of) sum += utility;
      EXPECT_NEAR(sum, sums[i], 1e-9 * sums[i]);
    }
    for (const auto& [key, check] : solution.get_child("spot_checks")) {
      const auto outcome = check.get<std::size_t>("index");
      std::string text;
      for (const auto& [issue, value] : check.get_child("outcome"))
        text += (text.empty() ? "" : "|") + value.get_value<std::string>();
      EXPECT_EQ(outcome_text(domain.agenda, outcome), text);
      EXPECT_TRUE(same(point(parties, outcome), numbers(check.get_child("utilities"))));
    }

    EXPECT_EQ(points(parties, analysis.pareto).size(),
              solution.get<std::size_t>("pareto_points_exact"));
    expect_points(points(parties, analysis.nash), solution.get_child("nash_textbook"), "Nash");
    expect_points(points(parties, analysis.egalitarian), solution.get_child("kalai"),
                  "egalitarian");
    expect_points(points(parties, analysis.kalai_smorodinsky), solution.get_child("ks_maxmin"),
                  "Kalai-Smorodinsky");

    // The reference names one point of greatest welfare; we name all that tie.
    const auto welfare_points = points(parties, analysis.utilitarian);
    const auto sum = [](const Point& p) { return std::accumulate(p.begin(), p.end(), 0.0); };
    const auto expected = numbers(solution.get_child("max_welfare").front().second);
    EXPECT_TRUE(contains(welfare_points, expected));
    for (const auto& welfare_point : welfare_points)
      EXPECT_NEAR(sum(welfare_point), sum(expected), kSameUtility);
  }
}

}  // namespace
}  // namespace tavolo::engine::negotiation
