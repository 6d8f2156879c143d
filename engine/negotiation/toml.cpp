// The TOML form of a domain (docs/negotiation.md).

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/negotiation/domain.h"
#include "engine/text.h"

namespace tavolo::engine::negotiation {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// ------------------------------------------------------------------------------------------- rows

struct Head {
  std::string name;
};

struct IssueRow {
  std::string id, name;
  std::vector<std::string> labels;
  std::vector<double> levels;
  double lower = kAbsent, upper = kAbsent;
  int steps = 0;
};

struct PartyRow {
  std::string id, name;
  double reservation = 0, discount = 1;
};

struct EvaluationRow {
  std::string id;
  Link party, issue;
  double weight = 1;
  std::vector<double> values, triangle;
  double slope = kAbsent, offset = kAbsent;
};

struct InteractionRow {
  std::string id;
  Link party;
  std::vector<Link> issues;
  std::vector<double> values;
};

struct CapRow {
  std::string id;
  std::vector<Link> issues;
  std::vector<double> coefficients;
  double limit = 0;
};

const std::vector<Field<Head>> kHead{{.key = "name",
                                      .member = &Head::name,
                                      .unit = "",
                                      .meaning = "of the domain",
                                      .required = false}};

const std::vector<Field<IssueRow>> kIssues{
    {"id", &IssueRow::id, "", "by which other rows refer to it"},
    {"name", &IssueRow::name, "", "when it is not the id", {}, false},
    {"labels", &IssueRow::labels, "", "of a categorical issue", {}, false},
    {"levels", &IssueRow::levels, "", "numbers on which to settle", {}, false},
    {"lower", &IssueRow::lower, "", "end of a range", {}, false},
    {"upper", &IssueRow::upper, "", "end of a range", {}, false},
    {"steps", &IssueRow::steps, "", "of a grid over the range; whole numbers without", {1}, false},
};

const std::vector<Field<PartyRow>> kParties{
    {"id", &PartyRow::id, "", "by which other rows refer to it"},
    {"name", &PartyRow::name, "", "when it is not the id", {}, false},
    {"reservation", &PartyRow::reservation, "", "utility of no agreement", {}, false},
    {"discount", &PartyRow::discount, "", "what utility shrinks to by the deadline", {0, 1}, false},
};

const std::vector<Field<EvaluationRow>> kEvaluations{
    {"id", &EvaluationRow::id, "", ""},
    {"party", &EvaluationRow::party, "", "whose it is", {}, true, "parties"},
    {"issue", &EvaluationRow::issue, "", "what it is of", {}, true, "issues"},
    {"weight", &EvaluationRow::weight, "", "of the issue", {}, false},
    {"values", &EvaluationRow::values, "", "one per level", {}, false},
    {"slope", &EvaluationRow::slope, "", "of a line over the range", {}, false},
    {"offset", &EvaluationRow::offset, "", "of the line at the lower end", {}, false},
    {"triangle", &EvaluationRow::triangle, "", "lower end, top, upper end", {}, false},
};

const std::vector<Field<InteractionRow>> kInteractions{
    {"id", &InteractionRow::id, "", ""},
    {"party", &InteractionRow::party, "", "whose it is", {}, true, "parties"},
    {"issues", &InteractionRow::issues, "", "the two issues", {}, true, "issues"},
    {"values", &InteractionRow::values, "", "levels of the first by those of the second"},
};

const std::vector<Field<CapRow>> kCaps{
    {"id", &CapRow::id, "", "what the cap is called"},
    {"issues", &CapRow::issues, "", "that count against it", {}, true, "issues"},
    {"coefficients", &CapRow::coefficients, "", "one per issue"},
    {"limit", &CapRow::limit, "", "the most of sum coefficient x level"},
};

// ---------------------------------------------------------------------------------------- reading

/// Turns the rows of a file into a domain, or tells every problem of it.
class Reader {
 public:
  explicit Reader(const Config& config) : config_{config} {}

  Domain read(const std::string& file) {
    constexpr std::array<std::string_view, 6> kKnown{"name",        "issues",       "parties",
                                                     "evaluations", "interactions", "caps"};
    config_.refuse_unknown(kKnown, problems_);
    const auto head = read_section<Head>(config_, "", std::span{kHead}, problems_);
    issues_ = rows("issues", kIssues);
    parties_ = rows("parties", kParties);
    auto evaluations = rows("evaluations", kEvaluations);
    auto interactions = rows("interactions", kInteractions);
    auto caps = rows("caps", kCaps);
    link("evaluations", evaluations, kEvaluations);
    link("interactions", interactions, kInteractions);
    link("caps", caps, kCaps);
    problems_.throw_if_any();  // rows that are wrong would be told twice

    if (parties_.size() < 2 || parties_.size() > kMaxParties)
      problems_.add(config_.place("parties"),
                    "the domain has " + std::to_string(parties_.size()) + " parties.",
                    "A negotiation has from 2 to " + std::to_string(kMaxParties) + " of them.",
                    "Give every party a row of the table parties.");
    std::optional<Agenda> agenda = read_agenda();
    problems_.throw_if_any();

    Domain domain{head.name.empty() ? std::filesystem::path{file}.stem().string() : head.name,
                  std::move(*agenda),
                  {},
                  {}};
    check_names("parties", parties_);
    for (const auto& row : parties_) {
      if (row.discount == 0)
        problems_.add(config_.place("parties", row.id, "discount"), "discount = 0 leaves nothing.",
                      "It is what utility shrinks to by the deadline.",
                      "Write 1 for no discounting.");
      domain.profiles.push_back(
          {row.name.empty() ? row.id : row.name, {}, row.reservation, row.discount});
      domain.profiles.back().utility.valuations.resize(issues_.size());
    }
    for (const auto& row : evaluations) add(row, domain);
    for (const auto& row : interactions) add(row, domain);
    for (const auto& row : caps) add(row, domain);
    problems_.throw_if_any();
    return domain;
  }

 private:
  template <class Row>
  std::vector<Row> rows(std::string_view table, const std::vector<Field<Row>>& fields) {
    return read_rows<Row>(config_, table, std::span{fields}, problems_);
  }

  template <class Row>
  void link(std::string_view table, std::vector<Row>& rows, const std::vector<Field<Row>>& fields) {
    resolve<Row>(config_, table, rows, std::span{fields}, "parties", parties_, problems_);
    resolve<Row>(config_, table, rows, std::span{fields}, "issues", issues_, problems_);
  }

  template <class Row>
  void check_names(std::string_view table, const std::vector<Row>& rows) {
    std::set<std::string> names;
    for (const auto& row : rows) {
      const auto name = row.name.empty() ? row.id : row.name;
      if (!names.insert(name).second)
        problems_.add(
            config_.place(table, row.id, row.name.empty() ? "id" : "name"),
            "the name " + in_quotes(name) + " stands twice in " + std::string{table} + ".",
            "Results refer to issues and parties by their names.", "Rename one of the two.");
    }
  }

  std::optional<Issue> read_issue(const IssueRow& row) {
    const auto name = row.name.empty() ? row.id : row.name;
    const bool lower = !std::isnan(row.lower), upper = !std::isnan(row.upper);
    const int forms = (row.labels.empty() ? 0 : 1) + (row.levels.empty() ? 0 : 1) +
                      (lower || upper || row.steps > 0 ? 1 : 0);
    const auto refuse = [&](std::string_view key, const std::string& problem,
                            std::string_view remedy) {
      problems_.add(config_.place("issues", row.id, key), problem,
                    "An issue is labels, or levels, or a range from lower to upper.", remedy);
      return std::nullopt;
    };
    if (forms != 1 || lower != upper || (row.steps > 0 && !lower))
      return refuse("id",
                    "the issue " + in_quotes(row.id) +
                        (forms == 0  ? " has no values."
                         : forms > 1 ? " has values of several kinds."
                                     : " has half a range."),
                    "Write labels = […], levels = […], or lower = … and upper = ….");
    if (!row.labels.empty()) return Issue::categorical(name, row.labels);
    if (!row.levels.empty()) return Issue{name, row.levels};
    if (row.steps > 0) return Issue::real(name, row.lower, row.upper, row.steps);
    constexpr double kExact = 9007199254740992;  // 2^53
    for (const auto& [key, end] : {std::pair{"lower", row.lower}, std::pair{"upper", row.upper}})
      if (end != std::trunc(end) || std::abs(end) > kExact)
        return refuse(key, std::string{key} + " = " + number_text(end) + " is no whole number.",
                      "Give the range steps = …, or ends without a fraction.");
    return Issue::integer(name, static_cast<std::int64_t>(row.lower),
                          static_cast<std::int64_t>(row.upper));
  }

  std::optional<Agenda> read_agenda() {
    check_names("issues", issues_);
    std::vector<Issue> issues;
    double outcomes = 1;
    for (const auto& row : issues_) {
      try {
        auto issue = read_issue(row);
        if (!issue) continue;
        outcomes *= static_cast<double>(issue->levels.size());
        issues.push_back(Agenda{{std::move(*issue)}}.issues().front());
      } catch (const InputError& error) {
        problems_.add(placed("issues", row.id, error));
      }
      // Enough to be refused below, and soon enough for the memory.
      if (outcomes > static_cast<double>(kMaxOutcomes) * static_cast<double>(kMaxOutcomes)) break;
    }
    if (!problems_.empty()) return std::nullopt;
    try {
      return Agenda{std::move(issues)};
    } catch (const InputError& error) {
      problems_.add(placed("issues", "", error));
      return std::nullopt;
    }
  }

  InputError placed(std::string_view table, std::string_view id, const InputError& error) const {
    return InputError{config_.place(table, id).text() + ": " + error.what()};
  }

  void add(const EvaluationRow& row, Domain& domain) {
    const auto& issue = domain.agenda.issues()[static_cast<std::size_t>(row.issue.row)];
    const auto refuse = [&](std::string_view key, const std::string& problem,
                            std::string_view reason, std::string_view remedy) {
      problems_.add(config_.place("evaluations", row.id, key), problem, reason, remedy);
    };
    const bool line = !std::isnan(row.slope) || !std::isnan(row.offset);
    const bool range = issue.kind == Issue::Kind::integer || issue.kind == Issue::Kind::real;
    if ((row.values.empty() ? 0 : 1) + (line ? 1 : 0) + (row.triangle.empty() ? 0 : 1) != 1)
      return refuse(
          "id",
          "evaluations " + in_quotes(row.id) +
              (row.values.empty() && !line && row.triangle.empty() ? " says nothing."
                                                                   : " says several things."),
          "It lists values, or is a line, or a triangle.",
          "Write values = […], or slope = … and offset = …, or triangle = [a, b, c].");
    if (row.values.empty() && !range)
      return refuse(
          line ? "slope" : "triangle", "the issue " + in_quotes(row.issue.id) + " is no range.",
          "A function is over a range from lower to upper.", "Write values = […], one per level.");

    Valuation valuation{row.weight, Listed{row.values}};
    if (line) {
      if (std::isnan(row.slope) || std::isnan(row.offset))
        return refuse("id", "evaluations " + in_quotes(row.id) + " is half a line.",
                      "A line is clip(slope (v - lower) + offset, 0, 1).",
                      "Write slope = … and offset = ….");
      valuation.evaluation = Linear{row.slope, row.offset};
    } else if (!row.triangle.empty()) {
      if (row.triangle.size() != 3 || !std::is_sorted(row.triangle.begin(), row.triangle.end()))
        return refuse("triangle", "this triangle is not lower end, top, upper end.",
                      "It rises from 0 to 1 at its top and falls to 0.",
                      "Write three numbers in ascending order.");
      valuation.evaluation = Triangular{row.triangle[0], row.triangle[1], row.triangle[2]};
    } else {
      if (row.values.size() != issue.levels.size())
        return refuse("values",
                      std::to_string(row.values.size()) + " values for the " +
                          std::to_string(issue.levels.size()) + " levels of " +
                          in_quotes(row.issue.id) + ".",
                      "Every level of an issue has an evaluation.", "Give one per level.");
      const auto [least, largest] = std::minmax_element(row.values.begin(), row.values.end());
      if (*largest <= 0 && *least < 0)
        return refuse("values", "no evaluation is above 0.",
                      "Evaluations are measured in the largest of them.", "Add a constant to all.");
    }
    auto& target = domain.profiles[static_cast<std::size_t>(row.party.row)]
                       .utility.valuations[static_cast<std::size_t>(row.issue.row)];
    if (target)
      return refuse("id",
                    "the party " + in_quotes(row.party.id) + " evaluates " +
                        in_quotes(row.issue.id) + " a second time.",
                    "A party evaluates an issue once.", "Remove one of the two rows.");
    target = std::move(valuation);
  }

  void add(const InteractionRow& row, Domain& domain) {
    const auto refuse = [&](std::string_view key, const std::string& problem,
                            std::string_view remedy) {
      problems_.add(config_.place("interactions", row.id, key), problem,
                    "An interaction is what two issues are worth together.", remedy);
    };
    if (row.issues.size() != 2 || row.issues[0].row == row.issues[1].row)
      return refuse("issues", "an interaction is not between two issues.",
                    "Name two different issues.");
    const auto first = static_cast<std::size_t>(row.issues[0].row),
               second = static_cast<std::size_t>(row.issues[1].row);
    const auto& issues = domain.agenda.issues();
    const auto cells = issues[first].levels.size() * issues[second].levels.size();
    if (row.values.size() != cells)
      return refuse("values",
                    std::to_string(row.values.size()) + " values for " + std::to_string(cells) +
                        " pairs of levels.",
                    "Give one per pair, the levels of the second issue turning fastest.");
    domain.profiles[static_cast<std::size_t>(row.party.row)].utility.interactions.push_back(
        {first, second, row.values});
  }

  void add(const CapRow& row, Domain& domain) {
    if (row.coefficients.size() != row.issues.size()) {
      problems_.add(config_.place("caps", row.id, "coefficients"),
                    std::to_string(row.coefficients.size()) + " coefficients for " +
                        std::to_string(row.issues.size()) + " issues.",
                    "A cap limits the sum of coefficient x level.", "Give one per issue.");
      return;
    }
    Cap cap{row.id, {}, row.coefficients, row.limit};
    for (const auto& issue : row.issues) {
      cap.issues.push_back(static_cast<std::size_t>(issue.row));
      if (domain.agenda.issues()[cap.issues.back()].kind == Issue::Kind::categorical)
        problems_.add(config_.place("caps", row.id, "issues"),
                      "the issue " + in_quotes(issue.id) + " has labels, not amounts.",
                      "A cap limits the sum of coefficient x level.", "Give the issue levels.");
    }
    domain.caps.push_back(std::move(cap));
  }

  const Config& config_;
  Problems problems_;
  std::vector<IssueRow> issues_;
  std::vector<PartyRow> parties_;
};

// ---------------------------------------------------------------------------------------- writing

/// A number that TOML reads back as the same double: beyond what an integer holds, and for -0, it
/// needs a point.
std::string toml_number(double value) {
  auto text = number_text(value);
  const bool whole = text.find_first_of(".e") == std::string::npos;
  if (whole && (std::abs(value) >= 1e15 || (value == 0 && std::signbit(value)))) text += ".0";
  return text;
}

std::string toml_list(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + toml_number(value);
  return "[" + text + "]";
}

std::string toml_list(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + in_quotes(value);
  return "[" + text + "]";
}

/// Ids for names: their letters and digits in lower case; numbered where that is not enough.
std::vector<std::string> ids_of(const std::vector<std::string>& names) {
  std::vector<std::string> ids;
  std::map<std::string, int> taken;
  for (const auto& name : names) {
    std::string id;
    for (const char c : name) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && std::isalnum(byte))
        id += static_cast<char>(std::tolower(byte));
      else if (!id.empty() && id.back() != '_')
        id += '_';
    }
    while (!id.empty() && id.back() == '_') id.pop_back();
    if (id.empty()) id = "x";
    const int alike = ++taken[id];
    ids.push_back(alike == 1 ? id : id + "-" + std::to_string(alike));  // no id of its own has '-'
  }
  return ids;
}

std::string row_begin(const std::string& id, const std::string& name) {
  std::string text = "  { id = ";
  text += in_quotes(id);
  if (id != name) text += ", name = " + in_quotes(name);
  return text;
}

std::string values_text(const Issue& issue) {
  switch (issue.kind) {
    case Issue::Kind::categorical:
      return "labels = " + toml_list(issue.labels);
    case Issue::Kind::levels:
      return "levels = " + toml_list(issue.levels);
    default: {
      const auto text = "lower = " + toml_number(issue.levels.front()) +
                        ", upper = " + toml_number(issue.levels.back());
      return issue.kind == Issue::Kind::integer
                 ? text
                 : text + ", steps = " + std::to_string(issue.levels.size() - 1);
    }
  }
}

struct EvaluationText {
  std::string operator()(const Listed& listed) const {
    return "values = " + toml_list(listed.evaluations);
  }
  std::string operator()(const Linear& line) const {
    return "slope = " + toml_number(line.slope) + ", offset = " + toml_number(line.offset);
  }
  std::string operator()(const Triangular& triangle) const {
    return "triangle = " + toml_list(std::vector{triangle.lower, triangle.top, triangle.upper});
  }
};

}  // namespace

Domain parse_toml_domain(std::string_view text, const std::string& file) {
  Problems problems;
  const auto config = Config::parse(text, file, problems);
  problems.throw_if_any();
  return Reader{config}.read(file);
}

std::string toml_text(const Domain& domain) {
  const auto& issues = domain.agenda.issues();
  std::vector<std::string> issue_names, party_names;
  for (const auto& issue : issues) issue_names.push_back(issue.name);
  for (const auto& profile : domain.profiles) party_names.push_back(profile.name);
  const auto issue_ids = ids_of(issue_names), party_ids = ids_of(party_names);

  std::string text = "name = " + in_quotes(domain.name) + "\n\nissues = [\n";
  for (std::size_t i = 0; i < issues.size(); ++i)
    text += row_begin(issue_ids[i], issue_names[i]) + ", " + values_text(issues[i]) + " },\n";
  text += "]\n\nparties = [\n";
  for (std::size_t p = 0; p < party_ids.size(); ++p)
    text += row_begin(party_ids[p], party_names[p]) +
            ", reservation = " + toml_number(domain.profiles[p].reservation) +
            ", discount = " + toml_number(domain.profiles[p].discount) + " },\n";
  text += "]\n\nevaluations = [\n";
  std::string interactions, caps;
  int rows = 0;
  for (std::size_t p = 0; p < party_ids.size(); ++p) {
    const auto& utility = domain.profiles[p].utility;
    const auto party = "party = " + in_quotes(party_ids[p]);
    for (std::size_t i = 0; i < issues.size(); ++i) {
      if (!utility.valuations[i]) continue;
      const auto& valuation = *utility.valuations[i];
      text += "  { id = \"" + std::to_string(++rows) + "\", " + party +
              ", issue = " + in_quotes(issue_ids[i]) +
              ", weight = " + toml_number(valuation.weight) + ", " +
              std::visit(EvaluationText{}, valuation.evaluation) + " },\n";
    }
    for (const auto& interaction : utility.interactions)
      interactions +=
          "  { id = \"" + std::to_string(++rows) + "\", " + party + ", issues = " +
          toml_list(std::vector{issue_ids[interaction.first], issue_ids[interaction.second]}) +
          ", values = " + toml_list(interaction.utilities) + " },\n";
  }
  text += "]\n";
  for (const auto& cap : domain.caps) {
    std::vector<std::string> capped;
    for (const auto issue : cap.issues) capped.push_back(issue_ids[issue]);
    caps += "  { id = " + in_quotes(cap.name) + ", issues = " + toml_list(capped) +
            ", coefficients = " + toml_list(cap.coefficients) +
            ", limit = " + toml_number(cap.limit) + " },\n";
  }
  if (!interactions.empty()) text += "\ninteractions = [\n" + interactions + "]\n";
  if (!caps.empty()) text += "\ncaps = [\n" + caps + "]\n";
  return text;
}

}  // namespace tavolo::engine::negotiation
