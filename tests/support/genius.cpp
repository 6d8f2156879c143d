#include "tests/support/genius.h"

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <map>
#include <stdexcept>
#include <utility>

namespace tavolo::test {
namespace {

using boost::property_tree::ptree;
using engine::negotiation::Agenda;
using engine::negotiation::Issue;
using engine::negotiation::Utilities;

/// The domain file, then one profile per party.
const std::map<std::string, std::vector<std::string>>& files() {
  static const std::map<std::string, std::vector<std::string>> kFiles{
      {"acquisition_a",
       {"Acquisition-A-domain.xml", "Acquisition-A-prof1.xml", "Acquisition-A-prof2.xml"}},
      {"camera_c", {"Camera-C-domain.xml", "Camera-C-prof1.xml", "Camera-C-prof2.xml"}},
      {"itex_cypress",
       {"ItexvsCypress_domain.xml", "ItexvsCypress_Cypress.xml", "ItexvsCypress_Itex.xml"}},
      {"laptop_c", {"Laptop-C-domain.xml", "Laptop-C-prof1.xml", "Laptop-C-prof2.xml"}},
      {"smart_grid_3p",
       {"Smart_Grid.xml", "Smart_Grid_util1.xml", "Smart_Grid_util2.xml", "Smart_Grid_util3.xml"}}};
  return kFiles;
}

ptree read_tree(const std::filesystem::path& path) {
  ptree tree;
  boost::property_tree::read_xml(path.string(), tree);
  return tree;
}

/// Children of that name by their `index` attribute, as the format orders them.
std::vector<const ptree*> by_index(const ptree& parent, const std::string& name) {
  std::map<int, const ptree*> sorted;
  for (const auto& [key, child] : parent)
    if (key == name) sorted[child.get<int>("<xmlattr>.index")] = &child;
  std::vector<const ptree*> children;
  for (const auto& [index, child] : sorted) children.push_back(child);
  return children;
}

std::string value_of(const ptree& item) { return item.get<std::string>("<xmlattr>.value"); }

/// Level -> evaluation / largest evaluation, of one issue of a profile.
std::vector<double> evaluations(const ptree& issue, const std::vector<std::string>& values) {
  std::map<std::string, double> by_value;
  for (const auto& [key, item] : issue)
    if (key == "item") by_value[value_of(item)] = item.get<double>("<xmlattr>.evaluation");
  std::vector<double> result;
  for (const auto& value : values) result.push_back(by_value.at(value));
  const double largest = *std::max_element(result.begin(), result.end());
  for (double& evaluation : result) evaluation /= largest;
  return result;
}

Utilities read_profile(const std::filesystem::path& path,
                       const std::vector<std::vector<std::string>>& values, std::size_t outcomes) {
  const auto tree = read_tree(path);
  const auto& space = tree.get_child("utility_space");
  const auto& objective = space.get_child("objective");
  const auto issues = by_index(objective, "issue");
  const auto weights = by_index(objective, "weight");
  if (issues.size() != values.size() || weights.size() != values.size())
    throw std::runtime_error{path.string() + ": other issues than its domain"};

  std::vector<std::vector<double>> worth;  // issue x level: weight x evaluation
  for (std::size_t i = 0; i < issues.size(); ++i) {
    worth.push_back(evaluations(*issues[i], values[i]));
    for (double& value : worth.back()) value *= weights[i]->get<double>("<xmlattr>.value");
  }

  Utilities utilities;
  utilities.reservation = space.get<double>("reservation.<xmlattr>.value", 0.0);
  std::vector<std::size_t> levels(issues.size(), 0);
  for (std::size_t outcome = 0; outcome < outcomes; ++outcome) {
    auto rest = outcome;
    for (std::size_t i = issues.size(); i-- > 0; rest /= values[i].size())
      levels[i] = rest % values[i].size();
    double utility = worth[0][levels[0]];
    for (std::size_t i = 1; i < issues.size(); ++i) utility += worth[i][levels[i]];
    utilities.of.push_back(utility);
  }
  return utilities;
}

}  // namespace

std::string GeniusDomain::outcome_text(std::size_t outcome) const {
  const auto levels = agenda.offer(outcome);
  std::string text;
  for (std::size_t i = 0; i < levels.size(); ++i)
    text += (i > 0 ? "|" : "") + values[i][static_cast<std::size_t>(levels[i])];
  return text;
}

std::filesystem::path genius_folder() {
  return std::filesystem::path{TAVOLO_SOURCE_DIR} / "../shared/data/negotiation";
}

std::vector<std::string> genius_domains() {
  std::vector<std::string> names;
  for (const auto& [name, paths] : files()) names.push_back(name);
  return names;
}

GeniusDomain read_genius_domain(const std::string& name) {
  const auto& paths = files().at(name);
  const auto folder = genius_folder() / name;
  const auto tree = read_tree(folder / paths.front());

  std::vector<Issue> issues;
  std::vector<std::vector<std::string>> values;
  for (const auto* issue :
       by_index(tree.get_child("negotiation_template.utility_space.objective"), "issue")) {
    issues.push_back({issue->get<std::string>("<xmlattr>.name"), {}});
    values.emplace_back();
    for (const auto& [key, item] : *issue)
      if (key == "item") {
        issues.back().levels.push_back(static_cast<double>(values.back().size()));
        values.back().push_back(value_of(item));
      }
  }

  GeniusDomain domain{Agenda{std::move(issues)}, std::move(values), {}};
  for (std::size_t party = 1; party < paths.size(); ++party)
    domain.parties.push_back(
        read_profile(folder / paths[party], domain.values, domain.agenda.outcomes()));
  return domain;
}

}  // namespace tavolo::test
