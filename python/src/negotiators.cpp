// Negotiators in Python: a rule that says how much it asks for, from what it has seen at the table.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"
#include "engine/error.h"
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/strategies.h"
#include "engine/negotiation/table.h"
#include "rule.h"

namespace tavolo::python {
namespace {

namespace negotiation = engine::negotiation;

/// What a negotiator sees: engine/negotiation/table.h's View as plain numbers. Utilities are its
/// own.
struct TableView {
  double time = 0;
  int round = 1, rounds = 1, parties = 2;
  double reservation = 0, bottom = 0, best = 1;
  std::vector<double> asked;                  ///< by its own offers, in order
  std::vector<std::vector<double>> received;  ///< by partner, what its offers are worth, in order
};

TableView table_view(const negotiation::View& view) {
  TableView seen{.time = view.time(),
                 .round = view.round(),
                 .rounds = view.rounds(),
                 .parties = static_cast<int>(view.parties()),
                 .reservation = view.reservation(),
                 .bottom = view.bottom(),
                 .best = view.greatest(),
                 .asked = {},
                 .received = {}};
  seen.received.resize(view.parties() - 1);
  for (const auto& proposal : view.trace()) {
    if (proposal.party < 0) continue;  // a mediator is no partner
    const auto party = static_cast<std::size_t>(proposal.party);
    if (party == view.self())
      seen.asked.push_back(view.utility(proposal.outcome));
    else
      seen.received[party - (party > view.self() ? 1 : 0)].push_back(
          view.utility(proposal.outcome));
  }
  return seen;
}

negotiation::Strategy strategy(const std::string& name, PyObject* demand) {
  const auto rule = std::make_shared<const PythonRule>("negotiator", name, demand);
  return negotiation::aiming(name, [rule, name](const negotiation::View& view) {
    const auto asks =
        rule->value<double>(table_view(view), "a utility", "round " + std::to_string(view.round()));
    if (!std::isfinite(asks))
      throw engine::RunError{"the negotiator " + name + " asks for what is no number"};
    return std::clamp(asks, view.bottom(), view.greatest());
  });
}

}  // namespace

void bind_negotiators(nb::module_& m) {
  nb::class_<TableView>(m, "TableView",
                        "What a negotiator sees when it is its turn: its own wishes, the clock and "
                        "what was said; never\nwhat the others want. Utilities are its own, 0..1.")
      .def(
          "__init__",
          [](TableView* self, double time, int round, int rounds, double reservation, double bottom,
             double best, std::vector<double> asked, std::vector<std::vector<double>> received) {
            const int parties = static_cast<int>(received.size()) + 1;
            new (self) TableView{time,
                                 round,
                                 rounds,
                                 parties,
                                 reservation,
                                 bottom,
                                 best,
                                 std::move(asked),
                                 std::move(received)};
          },
          nb::kw_only(), nb::arg("time") = 0.0, nb::arg("round") = 1, nb::arg("rounds") = 1,
          nb::arg("reservation") = 0.0, nb::arg("bottom") = 0.0, nb::arg("best") = 1.0,
          nb::arg("asked") = std::vector<double>{},
          nb::arg("received") = std::vector<std::vector<double>>(1))
      .def_ro("time", &TableView::time, "Of the talks, 0..1.")
      .def_ro("round", &TableView::round, "From 1.")
      .def_ro("rounds", &TableView::rounds, "The deadline.")
      .def_ro("parties", &TableView::parties, "At the table, itself included.")
      .def_ro("reservation", &TableView::reservation, "Utility of leaving without an agreement.")
      .def_ro("bottom", &TableView::bottom, "The least that it may ask for.")
      .def_ro("best", &TableView::best, "The most that it could ask for.")
      .def_ro("asked", &TableView::asked, "What its own offers were worth to it, in order.")
      .def_ro("received", &TableView::received,
              "By partner, what the partner's offers were worth to it, in order.");
  m.def(
      "add_negotiator",
      [](const std::string& name, const std::string& meaning, nb::object demand) {
        negotiation::add_strategy(name, meaning, strategy(name, demand.ptr()));
        demand.release();  // as long as the program runs
      },
      nb::arg("name"), nb::arg("meaning"), nb::arg("demand"),
      "Makes a function of a TableView, the utility it asks for, known as a negotiation strategy.");
  m.def(
      "negotiators",
      [] {
        std::vector<std::pair<std::string, std::string>> rows;
        for (const auto& entry : negotiation::strategy_catalogue())
          rows.emplace_back(std::string{entry.name}, std::string{entry.meaning});
        for (auto& row : negotiation::added_strategies()) rows.push_back(std::move(row));
        return rows;
      },
      "Name and meaning of every negotiation strategy.");
}

}  // namespace tavolo::python
