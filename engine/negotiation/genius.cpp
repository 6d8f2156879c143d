// The XML of GENIUS: a domain file and a file per profile.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "engine/negotiation/domain.h"
#include "engine/text.h"

namespace tavolo::engine::negotiation {
namespace {

using pugi::xml_node;

constexpr std::int64_t kDefaultSteps = 20;

// ---------------------------------------------------------------------------------------- reading

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string from_latin1(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xC0 | byte >> 6);
      result += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return result;
}

/// The same text in UTF-8, without a byte order mark; lines stay lines. Old domains are Latin-1,
/// whether or not they say so.
std::string to_utf8(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  const auto prolog = lower_case(text.substr(0, std::min(text.find("?>"), std::size_t{200})));
  const bool says_latin1 =
      prolog.starts_with("<?xml") && (prolog.find("iso-8859-1") != std::string::npos ||
                                      prolog.find("windows-1252") != std::string::npos);
  if (says_latin1 || end_of_utf8(text) != text.size()) return from_latin1(text);
  return std::string{text};
}

/// One XML file. Every problem of it is thrown with its line.
class Document {
 public:
  explicit Document(const TextFile& file) : name_{file.name}, text_{to_utf8(file.text)} {
    if (file.text.find('\0') != std::string::npos)
      throw InputError{{name_, 0},
                       "this is not text in UTF-8 or Latin-1.",
                       "The XML of GENIUS is text.",
                       "Save the file as UTF-8."};
    const auto result =
        tree_.load_buffer(text_.data(), text_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result)
      throw InputError{place(result.offset),
                       "this is not XML: " + lower_case(result.description()) + ".",
                       "A GENIUS domain is a folder of well-formed XML files.",
                       "Correct the file, or move it out of the folder."};
  }

  std::string_view root() const { return tree_.document_element().name(); }
  const std::string& name() const { return name_; }
  Place place(xml_node node) const { return place(node.offset_debug()); }

  /// Every element of that name at any depth, in the order of the file.
  std::vector<xml_node> elements(std::string_view name) const {
    struct Walker final : pugi::xml_tree_walker {
      std::string_view name;
      std::vector<xml_node> found;
      bool for_each(xml_node& node) override {
        if (node.type() == pugi::node_element && node.name() == name) found.push_back(node);
        return true;
      }
    } walker;
    walker.name = name;
    xml_node root = tree_;
    root.traverse(walker);
    return std::move(walker.found);
  }

  [[noreturn]] void refuse(xml_node node, const std::string& problem, std::string_view reason,
                           std::string_view remedy) const {
    throw InputError{place(node), problem, reason, remedy};
  }

  std::string required(xml_node node, const char* attribute) const {
    const auto found = node.attribute(attribute);
    if (!found)
      refuse(node, "the element " + std::string{node.name()} + " has no " + attribute + ".",
             "GENIUS keeps everything in attributes.",
             "Add " + std::string{attribute} + "=\"…\" to it.");
    return found.value();
  }

  double number(xml_node node, const char* attribute) const {
    const auto text = required(node, attribute);
    auto digits = trimmed(text);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || rest != end || !std::isfinite(value))
      refuse(node, std::string{attribute} + "=\"" + text + "\" is not a finite number.",
             "It is a number with a decimal point.", "Write it like 12.5 or 3e-2.");
    return value;
  }

  std::int64_t whole(xml_node node, const char* attribute) const {
    constexpr double kExact = 9007199254740992;  // 2^53
    const double value = number(node, attribute);
    if (value != std::trunc(value) || std::abs(value) > kExact)
      refuse(node,
             std::string{attribute} + "=\"" + node.attribute(attribute).value() +
                 "\" is not a whole number.",
             "It counts something.", "Write it without a fraction.");
    return static_cast<std::int64_t>(value);
  }

 private:
  Place place(std::ptrdiff_t offset) const {
    const auto end = text_.begin() + std::clamp<std::ptrdiff_t>(
                                         offset, 0, static_cast<std::ptrdiff_t>(text_.size()));
    return {name_, 1 + static_cast<int>(std::count(text_.begin(), end, '\n'))};
  }

  std::string name_, text_;
  pugi::xml_document tree_;
};

/// An issue element, and the number by which weights refer to it.
struct IssueElement {
  xml_node node;
  std::int64_t index;
  std::string name;
};

/// The issues of a file by their index, else in its order; they may be nested in objectives.
std::vector<IssueElement> issues_of(const Document& file) {
  std::vector<IssueElement> issues;
  for (const auto node : file.elements("issue")) {
    const auto position = static_cast<std::int64_t>(issues.size()) + 1;
    issues.push_back({node, node.attribute("index") ? file.whole(node, "index") : position,
                      file.required(node, "name")});
  }
  std::stable_sort(issues.begin(), issues.end(),
                   [](const IssueElement& a, const IssueElement& b) { return a.index < b.index; });
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < issues.size(); ++i) {
    if (i > 0 && issues[i].index == issues[i - 1].index)
      file.refuse(issues[i].node,
                  "the index " + std::to_string(issues[i].index) + " of the issue '" +
                      issues[i].name + "' is also that of '" + issues[i - 1].name + "'.",
                  "Weights refer to issues by their index.", "Number the issues 1, 2, 3, ….");
    if (!names.insert(issues[i].name).second)
      file.refuse(issues[i].node, "the issue '" + issues[i].name + "' stands twice.",
                  "Profiles refer to issues by their name.", "Rename one of the two.");
  }
  return issues;
}

/// "discrete", "integer", "real" or, when the file does not say, ""; files write it into any of
/// three attributes.
std::string type_of(const Document& file, xml_node issue) {
  for (const char* attribute : {"vtype", "type", "etype"}) {
    const auto type = lower_case(trimmed(issue.attribute(attribute).value()));
    if (type.empty()) continue;
    if (type != "discrete" && type != "integer" && type != "real")
      file.refuse(issue,
                  "the issue '" + std::string{issue.attribute("name").value()} + "' has " +
                      attribute + "=\"" + issue.attribute(attribute).value() + "\".",
                  "An issue of GENIUS is discrete, integer or real.", "Use one of these.");
    return type;
  }
  return "";
}

/// The element that carries the bounds of a range: the issue, or its child `range`.
xml_node range_of(xml_node issue) {
  const auto range = issue.child("range");
  return range && !issue.attribute("lowerbound") ? range : issue;
}

/// Gives what an agenda refuses its place.
template <class Make>
auto placed(const Place& place, const Make& make) {
  try {
    return make();
  } catch (const InputError& error) {
    throw InputError{place.text() + ": " + error.what()};
  }
}

Issue read_issue(const Document& file, const IssueElement& element) {
  const auto& [node, index, name] = element;
  const auto type = type_of(file, node);
  if (type != "integer" && type != "real") {
    std::vector<std::string> labels;
    for (const auto item : node.children("item")) labels.push_back(file.required(item, "value"));
    auto issue = Issue::categorical(name, std::move(labels));
    return placed(file.place(node), [&] { return Agenda{{std::move(issue)}}.issues().front(); });
  }
  const auto range = range_of(node);
  if (type == "integer") {
    const auto lower = file.whole(range, "lowerbound"), upper = file.whole(range, "upperbound");
    return placed(file.place(node), [&] { return Issue::integer(name, lower, upper); });
  }
  const double lower = file.number(range, "lowerbound"), upper = file.number(range, "upperbound");
  const auto steps = node.attribute("steps") ? file.whole(node, "steps") : kDefaultSteps;
  return placed(file.place(node), [&] { return Issue::real(name, lower, upper, steps); });
}

Agenda read_agenda(const Document& file) {
  const auto elements = issues_of(file);
  if (elements.empty())
    throw InputError{{file.name(), 1},
                     "the domain has no issue.",
                     "There is nothing to negotiate about.",
                     "Name at least one, with its values."};
  std::vector<Issue> issues;
  double outcomes = 1;  // stops before a hostile file has filled the memory
  for (const auto& element : elements) {
    issues.push_back(read_issue(file, element));
    outcomes *= static_cast<double>(issues.back().levels.size());
    if (outcomes > static_cast<double>(kMaxOutcomes) * static_cast<double>(kMaxOutcomes)) break;
  }
  return placed(file.place(elements.front().node), [&] { return Agenda{std::move(issues)}; });
}

/// The evaluations of the items of a profile's issue, in the order of the agenda's levels.
Listed read_items(const Document& file, xml_node node, const Issue& issue) {
  std::map<std::string, std::size_t, std::less<>> levels;
  std::map<std::string, std::size_t, std::less<>> trimmed_levels;
  for (std::size_t level = 0; level < issue.levels.size(); ++level) {
    auto text = issue.text(level);
    trimmed_levels.emplace(trimmed(text), level);
    levels.emplace(std::move(text), level);
  }
  std::vector<std::optional<double>> found(issue.levels.size());
  for (const auto item : node.children("item")) {
    const auto value = file.required(item, "value");
    auto level = levels.find(value);
    if (level == levels.end()) {  // files differ in blanks around a value
      level = trimmed_levels.find(trimmed(value));
      if (level == trimmed_levels.end())
        file.refuse(item, "'" + value + "' is not a value of the issue '" + issue.name + "'.",
                    "A profile evaluates the values of its domain.",
                    "Write it as the domain file does, or leave it out.");
    }
    auto& evaluation = found[level->second];
    if (evaluation)
      file.refuse(item, "'" + value + "' of the issue '" + issue.name + "' is evaluated twice.",
                  "A value has one evaluation.", "Remove one of the two.");
    evaluation = file.number(item, "evaluation");
  }
  Listed listed;
  for (std::size_t level = 0; level < found.size(); ++level) {
    if (!found[level])
      file.refuse(
          node, "the issue '" + issue.name + "' has no evaluation of '" + issue.text(level) + "'.",
          "A profile evaluates every value of an issue, or leaves the issue out.",
          "Add an item with its evaluation.");
    listed.evaluations.push_back(*found[level]);
  }
  const auto [least, largest] =
      std::minmax_element(listed.evaluations.begin(), listed.evaluations.end());
  if (*largest <= 0 && *least < 0)
    file.refuse(node, "no evaluation of the issue '" + issue.name + "' is above 0.",
                "Evaluations are measured in the largest of them.", "Add a constant to all.");
  return listed;
}

/// GENIUS measures the line of an integer issue from its lower bound (offset, slope), that of a
/// real one from zero (parameter0, parameter1).
Valuation read_evaluator(const Document& file, xml_node evaluator, const Issue& issue) {
  if (issue.kind == Issue::Kind::categorical)
    file.refuse(evaluator, "the discrete issue '" + issue.name + "' has an evaluator.",
                "A function needs numbers; discrete values are evaluated one by one.",
                "Give every item an evaluation.");
  const auto type = lower_case(trimmed(file.required(evaluator, "ftype")));
  if (type == "linear" && (evaluator.attribute("slope") || !evaluator.attribute("parameter1")))
    return {1, Linear{file.number(evaluator, "slope"), file.number(evaluator, "offset")}};
  if (type == "linear") {
    const double slope = file.number(evaluator, "parameter1");
    return {1, Linear{slope, file.number(evaluator, "parameter0") + slope * issue.levels.front()}};
  }
  if (type == "constant") return {1, Linear{0, file.number(evaluator, "parameter0")}};
  if (type == "triangular") {
    const Triangular triangle{file.number(evaluator, "parameter0"),
                              file.number(evaluator, "parameter2"),
                              file.number(evaluator, "parameter1")};
    if (triangle.lower > triangle.top || triangle.top > triangle.upper)
      file.refuse(evaluator, "the triangle over '" + issue.name + "' has its top outside.",
                  "parameter0 is its lower end, parameter1 its upper end, parameter2 its top.",
                  "Order them: parameter0 <= parameter2 <= parameter1.");
    return {1, triangle};
  }
  file.refuse(evaluator,
              "ftype=\"" + std::string{evaluator.attribute("ftype").value()} + "\" is not known.",
              "An evaluator is linear, constant or triangular.", "Use one of these, or items.");
}

/// Nothing when the profile lists the issue without saying what it is worth.
std::optional<Valuation> read_valuation(const Document& file, xml_node node, const Issue& issue) {
  const bool range = issue.kind != Issue::Kind::categorical;
  const auto type = type_of(file, node);
  if (!type.empty() && range == (type == "discrete"))
    file.refuse(node, "the issue '" + issue.name + "' is " + type + " here, but not in the domain.",
                "A profile evaluates the values of its domain.", "Use the domain's type.");
  for (const char* bound : {"lowerbound", "upperbound"})
    if (range && range_of(node).attribute(bound) &&
        file.number(range_of(node), bound) !=
            (bound[0] == 'l' ? issue.levels.front() : issue.levels.back()))
      file.refuse(range_of(node), "the issue '" + issue.name + "' has other bounds in the domain.",
                  "A profile evaluates the values of its domain.", "Use the domain's bounds.");
  if (const auto evaluator = node.child("evaluator")) return read_evaluator(file, evaluator, issue);
  if (node.child("item")) return Valuation{1, read_items(file, node, issue)};
  return std::nullopt;
}

/// The value of the only element of that name, within its range.
double read_value(const Document& file, const std::string& name, double otherwise) {
  const auto found = file.elements(name);
  if (found.empty()) return otherwise;
  if (found.size() > 1)
    file.refuse(found[1], "the element " + name + " stands twice.", "A profile has one.",
                "Remove one of the two.");
  return file.number(found.front(), "value");
}

Profile read_profile(const Document& file, const Agenda& agenda) {
  for (const char* element : {"utility_function", "ufun"})
    if (const auto found = file.elements(element); !found.empty())
      file.refuse(found.front(), "the profile has a non-linear utility function.",
                  "Of GENIUS, linear additive profiles are read.",
                  "Write the domain as TOML, with interactions between two issues.");

  Profile profile{std::filesystem::path{file.name()}.stem().string(), {}, 0, 1};
  const auto& issues = agenda.issues();
  profile.utility.valuations.resize(issues.size());
  std::map<std::string_view, std::size_t> by_name;
  for (std::size_t i = 0; i < issues.size(); ++i) by_name.emplace(issues[i].name, i);

  std::map<std::int64_t, std::size_t> by_index;  // the profile's own indices
  std::vector<std::size_t> by_position;          // for weights without an index
  const auto elements = issues_of(file);
  for (const auto& element : elements) {
    const auto issue = by_name.find(element.name);
    if (issue == by_name.end())
      file.refuse(element.node, "the domain has no issue '" + element.name + "'.",
                  "A profile evaluates the issues of its domain.",
                  "Write its name as the domain file does.");
    profile.utility.valuations[issue->second] =
        read_valuation(file, element.node, issues[issue->second]);
    by_index.emplace(element.index, issue->second);
    by_position.push_back(issue->second);
  }

  std::set<std::size_t> weighted;
  std::size_t position = 0;
  for (const auto weight : file.elements("weight")) {
    const double value = file.number(weight, "value");
    const bool numbered = !weight.attribute("index").empty();
    const auto index =
        numbered ? file.whole(weight, "index") : static_cast<std::int64_t>(position) + 1;
    std::optional<std::size_t> issue;
    if (const auto found = by_index.find(index); numbered && found != by_index.end())
      issue = found->second;
    if (!numbered && position < by_position.size()) issue = by_position[position];
    ++position;
    if (!issue) {
      // The weight of an issue that the profile leaves out is without effect.
      if (elements.size() < issues.size()) continue;
      file.refuse(weight, "no issue has the index " + std::to_string(index) + ".",
                  "Weights refer to issues by their index.", "Use the index of an issue.");
    }
    if (!weighted.insert(*issue).second)
      file.refuse(weight, "the issue '" + issues[*issue].name + "' has a second weight.",
                  "An issue has one weight.", "Remove one of the two.");
    if (auto& valuation = profile.utility.valuations[*issue]) valuation->weight = value;
  }

  profile.reservation = read_value(file, "reservation", 0);
  profile.discount = read_value(file, "discount_factor", 1);
  if (profile.discount < 0 || profile.discount > 1)
    file.refuse(file.elements("discount_factor").front(),
                "the discount factor " + number_text(profile.discount) + " is not in [0, 1].",
                "It is what utility shrinks to by the deadline.", "Write 1 for no discounting.");
  if (profile.discount == 0) profile.discount = 1;  // so old files say that there is none
  return profile;
}

// ---------------------------------------------------------------------------------------- writing

std::string xml_text(const pugi::xml_document& tree) {
  std::ostringstream text;
  tree.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

void set(xml_node node, const char* attribute, const std::string& value) {
  node.append_attribute(attribute).set_value(value.c_str());
}
void set(xml_node node, const char* attribute, double value) {
  set(node, attribute, number_text(value));
}

xml_node append_objective(xml_node parent) {
  auto objective = parent.append_child("objective");
  set(objective, "index", "0");
  set(objective, "name", "root");
  for (const char* type : {"type", "etype"}) set(objective, type, "objective");
  set(objective, "description", "");
  return objective;
}

xml_node append_issue(xml_node objective, std::size_t index, const Issue& issue) {
  const bool integer = issue.kind == Issue::Kind::integer, real = issue.kind == Issue::Kind::real;
  auto node = objective.append_child("issue");
  set(node, "index", std::to_string(index + 1));
  set(node, "name", issue.name);
  for (const char* type : {"vtype", "type", "etype"})
    set(node, type, integer ? "integer" : real ? "real" : "discrete");
  if (integer || real) {
    auto bounds = real ? node.append_child("range") : node;
    set(bounds, "lowerbound", issue.levels.front());
    set(bounds, "upperbound", issue.levels.back());
  }
  if (real) set(node, "steps", std::to_string(issue.levels.size() - 1));
  return node;
}

xml_node append_item(xml_node issue, std::size_t level, const std::string& text) {
  auto item = issue.append_child("item");
  set(item, "index", std::to_string(level + 1));
  set(item, "value", text);
  return item;
}

void append_evaluation(xml_node node, const Issue& issue, const Valuation& valuation) {
  if (const auto* listed = std::get_if<Listed>(&valuation.evaluation)) {
    for (std::size_t level = 0; level < issue.levels.size(); ++level)
      set(append_item(node, level, issue.text(level)), "evaluation", listed->evaluations[level]);
    return;
  }
  auto evaluator = node.append_child("evaluator");
  if (const auto* line = std::get_if<Linear>(&valuation.evaluation)) {
    set(evaluator, "ftype", "linear");
    set(evaluator, "offset", line->offset);
    set(evaluator, "slope", line->slope);
    if (issue.kind == Issue::Kind::real) {
      set(evaluator, "parameter0", line->offset - line->slope * issue.levels.front());
      set(evaluator, "parameter1", line->slope);
    }
  } else {
    const auto& triangle = std::get<Triangular>(valuation.evaluation);
    set(evaluator, "ftype", "triangular");
    set(evaluator, "parameter0", triangle.lower);
    set(evaluator, "parameter1", triangle.upper);
    set(evaluator, "parameter2", triangle.top);
  }
}

std::string domain_text(const Agenda& agenda) {
  pugi::xml_document tree;
  auto space = tree.append_child("negotiation_template").append_child("utility_space");
  set(space, "number_of_issues", std::to_string(agenda.issues().size()));
  auto objective = append_objective(space);
  for (std::size_t i = 0; i < agenda.issues().size(); ++i) {
    const auto& issue = agenda.issues()[i];
    auto node = append_issue(objective, i, issue);
    if (issue.kind == Issue::Kind::integer || issue.kind == Issue::Kind::real) continue;
    for (std::size_t level = 0; level < issue.levels.size(); ++level)
      append_item(node, level, issue.text(level));
  }
  return xml_text(tree);
}

std::string profile_text(const Agenda& agenda, const Profile& profile) {
  pugi::xml_document tree;
  auto space = tree.append_child("utility_space");
  auto objective = append_objective(space);
  const auto& valuations = profile.utility.valuations;
  for (std::size_t i = 0; i < valuations.size(); ++i)
    if (valuations[i])
      append_evaluation(append_issue(objective, i, agenda.issues()[i]), agenda.issues()[i],
                        *valuations[i]);
  for (std::size_t i = 0; i < valuations.size(); ++i) {
    if (!valuations[i]) continue;
    auto weight = objective.append_child("weight");
    set(weight, "index", std::to_string(i + 1));
    set(weight, "value", valuations[i]->weight);
  }
  set(space.append_child("discount_factor"), "value", profile.discount);
  set(space.append_child("reservation"), "value", profile.reservation);
  return xml_text(tree);
}

/// File names of the profiles, without extension, that sort in the order of the parties: the
/// parties' own names where these do.
std::vector<std::string> file_names(const std::vector<Profile>& profiles) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ' ';
  };
  std::vector<std::string> names;
  for (const auto& profile : profiles) {
    names.push_back(profile.name);
    for (char& c : names.back())
      if (!is_plain(c)) c = '_';
  }
  const bool ordered =
      std::adjacent_find(names.begin(), names.end(), std::greater_equal<>{}) == names.end();
  const bool usable = std::none_of(names.begin(), names.end(), [](const std::string& name) {
    return name.empty() || name.front() == '.' || name.size() > 100 || lower_case(name) == "domain";
  });
  if (ordered && usable) return names;
  static_assert(kMaxParties < 100);
  for (std::size_t i = 0; i < names.size(); ++i)
    names[i] =
        (i < 9 ? "party-0" : "party-") + std::to_string(i + 1) + "-" + names[i].substr(0, 100);
  return names;
}

}  // namespace

Domain parse_genius(const std::string& name, std::span<const TextFile> files) {
  std::vector<Document> profiles;
  std::optional<Document> domain;
  for (const auto& file : files) {
    Document document{file};
    if (document.root() == "utility_space") {
      profiles.push_back(std::move(document));
    } else if (document.root() == "negotiation_template") {
      if (domain)
        throw InputError{{file.name, 1},
                         "this is a second domain file, after " + domain->name() + ".",
                         "A folder holds one domain.",
                         "Move one of the two."};
      domain.emplace(std::move(document));
    }
  }
  if (!domain)
    throw InputError{{name, 0},
                     "no file is a domain of GENIUS.",
                     "Its root element is negotiation_template; those of its profiles are "
                     "utility_space.",
                     "Add the domain file to the folder."};
  if (profiles.size() < 2 || profiles.size() > kMaxParties)
    throw InputError{
        {domain->name(), 0},
        "the folder holds " + std::to_string(profiles.size()) + " profiles of this domain.",
        "A negotiation has from 2 to " + std::to_string(kMaxParties) + " parties.",
        "Keep one profile per party, with the root element utility_space."};
  Domain result{name, read_agenda(*domain), {}, {}};
  for (const auto& profile : profiles)
    result.profiles.push_back(read_profile(profile, result.agenda));
  return result;
}

std::vector<TextFile> genius_texts(const Domain& domain) {
  const bool interacts =
      std::any_of(domain.profiles.begin(), domain.profiles.end(),
                  [](const Profile& p) { return !p.utility.interactions.empty(); });
  if (interacts || !domain.caps.empty())
    throw InputError{"The domain '" + domain.name + "' has " +
                         (interacts ? "interactions between issues." : "caps."),
                     "The XML of GENIUS has no place for them.", "Write it as TOML."};
  std::vector<TextFile> files{{"domain.xml", domain_text(domain.agenda)}};
  const auto names = file_names(domain.profiles);
  for (std::size_t i = 0; i < names.size(); ++i)
    files.push_back({names[i] + ".xml", profile_text(domain.agenda, domain.profiles[i])});
  return files;
}

}  // namespace tavolo::engine::negotiation
