// Scenarios, runs and episodes.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/episode.h"
#include "agents/indicators.h"
#include "bindings.h"
#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/chronicle.h"
#include "engine/experiment/design.h"
#include "strategy.h"

namespace tavolo::python {
namespace {

namespace nb = nanobind;
using Changes = std::vector<std::pair<std::string, std::string>>;
using Indicators = std::vector<std::tuple<std::string, std::string, std::string>>;

std::vector<engine::Override> overrides(const Changes& changes) {
  std::vector<engine::Override> list;
  for (const auto& [path, value] : changes) list.push_back({path, value});
  return list;
}

Indicators rows(const std::vector<engine::Indicator>& indicators) {
  Indicators rows;
  for (const auto& i : indicators) rows.emplace_back(i.name, i.unit, i.meaning);
  return rows;
}

/// A scenario that is read, checked and initialised; shared by runs and episodes.
using ReadyScenario = agents::Scenario;
using Shared = std::shared_ptr<const ReadyScenario>;

struct Handle {
  Shared scenario;
};

/// A table of a record as an array that keeps the record alive and copies nothing.
template <class T>
auto matrix(std::vector<T>& values, std::size_t columns) {
  const std::size_t rows = columns == 0 ? 0 : values.size() / columns;
  return nb::ndarray<nb::numpy, T, nb::ndim<2>>(values.data(), {rows, columns});
}

nb::list negotiations(const engine::Record& record) {
  nb::list list;
  for (const auto& minutes : record.negotiations) {
    nb::dict row;
    row["opened"] = minutes.opened.text();
    row["closed"] = minutes.closed.text();
    row["kind"] = minutes.kind;
    row["name"] = minutes.name;
    row["protocol"] = minutes.protocol;
    row["ended"] = minutes.end;
    row["rounds"] = minutes.rounds;
    row["nash_distance"] = minutes.nash_distance;
    row["kalai_smorodinsky_distance"] = minutes.kalai_smorodinsky_distance;
    nb::dict terms, utilities, reservations, nash;
    for (const auto& term : minutes.terms) terms[term.issue.c_str()] = term.value;
    for (const auto& party : minutes.parties) {
      utilities[party.name.c_str()] = party.utility;
      reservations[party.name.c_str()] = party.reservation;
      if (!std::isnan(party.nash)) nash[party.name.c_str()] = party.nash;
    }
    row["terms"] = terms;
    row["utilities"] = utilities;
    row["reservations"] = reservations;
    row["nash"] = nash;
    list.append(row);
  }
  return list;
}

std::string merged_text(const std::string& path, const Changes& changes) {
  engine::Problems problems;
  auto config = engine::Config::load(path, problems);
  problems.throw_if_any();
  config.apply(overrides(changes), problems);
  problems.throw_if_any();
  return config.text();
}

}  // namespace

void bind_runs(nb::module_& m) {
  nb::class_<engine::Record>(m, "Record", "What one run leaves behind.")
      .def_prop_ro(
          "years",
          [](engine::Record& record) {
            return nb::ndarray<nb::numpy, int, nb::ndim<1>>(record.years.data(),
                                                            {record.years.size()});
          },
          nb::rv_policy::reference_internal, "Years that were recorded.")
      .def(
          "values",
          [](engine::Record& record, std::size_t columns) {
            return matrix(record.values, columns);
          },
          nb::arg("columns"), nb::rv_policy::reference_internal, "Years x indicators; no copy.")
      .def(
          "monthly",
          [](engine::Record& record, std::size_t columns) {
            return matrix(record.monthly, columns);
          },
          nb::arg("columns"), nb::rv_policy::reference_internal,
          "Months x monthly indicators; no copy.")
      .def_prop_ro(
          "first_month", [](const engine::Record& record) { return record.first_month.text(); },
          "As 2024-01.")
      .def_prop_ro(
          "events",
          [](const engine::Record& record) {
            std::vector<std::tuple<std::string, std::string, std::string>> events;
            for (const auto& event : record.events)
              events.emplace_back(event.month.text(), event.kind, event.text);
            return events;
          },
          "Month, kind and text of everything that happened.")
      .def_prop_ro("negotiations", &negotiations, "Minutes of every negotiation that ended.")
      .def_prop_ro(
          "fingerprint",
          [](const engine::Record& record) { return engine::fingerprint_text(record.fingerprint); },
          "Of the final state, bit for bit: sixteen hexadecimal digits.");

  nb::class_<Handle>(m, "ReadyScenario", "A scenario that is read, checked and initialised.")
      .def_prop_ro(
          "title", [](const Handle& self) { return self.scenario->title; }, "Its title.")
      .def_prop_ro(
          "start", [](const Handle& self) { return self.scenario->start.text(); },
          "First month, as 2024-01.")
      .def_prop_ro(
          "until", [](const Handle& self) { return self.scenario->until; }, "Last year.")
      .def_prop_ro(
          "policy", [](const Handle& self) { return self.scenario->policy; },
          "The policy that the scenario names for itself.")
      .def_prop_ro(
          "indicators", [](const Handle& self) { return rows(agents::indicators(*self.scenario)); },
          "Name, unit and meaning of what is recorded of every year.")
      .def_prop_ro(
          "governments",
          [](const Handle& self) {
            std::vector<std::string> ids;
            for (const int row : agents::strategic_governments(*self.scenario))
              ids.push_back(self.scenario->governments[static_cast<std::size_t>(row)].id);
            return ids;
          },
          "Those that follow a strategy; the first is the one under study.")
      .def(
          "run",
          [](const Handle& self, const std::string& policy, std::uint64_t seed,
             std::uint64_t replication) {
            const Shared scenario = self.scenario;
            const nb::gil_scoped_release released;
            engine::require_policy(agents::AutomotiveFamily{}, policy);
            return agents::record_of(*scenario, agents::play(*scenario, policy, seed, replication));
          },
          nb::arg("policy"), nb::arg("seed"), nb::arg("replication"),
          "Plays one future under the policy of that name.")
      .def(
          "run_function",
          [](const Handle& self, const std::string& name, nb::object decide, std::uint64_t seed,
             std::uint64_t replication) {
            const Shared scenario = self.scenario;
            const PythonStrategy strategy{name, decide.ptr()};
            const nb::gil_scoped_release released;
            return agents::record_of(*scenario,
                                     agents::play(*scenario, strategy, seed, replication));
          },
          nb::arg("name"), nb::arg("decide"), nb::arg("seed"), nb::arg("replication"),
          "Plays one future under a function that is in no catalogue.");

  nb::class_<agents::Episode>(m, "Episode",
                              "A run that is played year by year, the levers of some governments "
                              "set from outside.")
      .def(
          "__init__",
          [](agents::Episode* self, const Handle& scenario, const std::vector<std::string>& ids,
             const std::string& policy, std::uint64_t seed, std::uint64_t replication) {
            std::vector<int> outside;
            for (const auto& id : ids) {
              bool known = false;
              for (const int row : agents::strategic_governments(*scenario.scenario))
                if (scenario.scenario->governments[static_cast<std::size_t>(row)].id == id) {
                  outside.push_back(row);
                  known = true;
                }
              if (!known)
                throw engine::InputError{"\"" + id + "\" is no government that follows a strategy.",
                                         "Only those have levers to set.",
                                         "Choose one of Scenario.governments."};
            }
            const Shared shared = scenario.scenario;
            const nb::gil_scoped_release released;
            engine::require_policy(agents::AutomotiveFamily{}, policy);
            new (self) agents::Episode{shared, outside, policy, seed, replication};
          },
          nb::arg("scenario"), nb::arg("governments"), nb::arg("policy"), nb::arg("seed"),
          nb::arg("replication"))
      .def_prop_ro("year", &agents::Episode::year, "Whose levers are set next.")
      .def_prop_ro("over", &agents::Episode::over, "The last year has been played.")
      .def("views", &agents::Episode::views, "What the governments see now.")
      .def(
          "step",
          [](agents::Episode& self, const std::vector<agents::Instruments>& levers) {
            const nb::gil_scoped_release released;
            self.step(levers);
          },
          nb::arg("levers"), "Plays a year.")
      .def(
          "record",
          [](const agents::Episode& self) {
            return agents::record_of(self.scenario(), self.world());
          },
          "What the run has left behind so far.");

  m.def(
      "load",
      [](const std::string& path, const Changes& changes) {
        const nb::gil_scoped_release released;
        return Handle{
            std::make_shared<const ReadyScenario>(agents::load_scenario(path, overrides(changes)))};
      },
      nb::arg("path"), nb::arg("changes"), "Reads, checks and initialises a scenario.");
  m.def(
      "monthly_indicators", [] { return rows(agents::monthly_indicators()); },
      "Name, unit and meaning of what is recorded of every month.");
  m.def("merged_text", &merged_text, nb::arg("path"), nb::arg("changes"),
        "A scenario as TOML, includes and changes merged.");
}

}  // namespace tavolo::python
