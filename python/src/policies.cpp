// Strategies in Python: what they see, what they answer, and how C++ calls them.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <string>
#include <tuple>

#include "agents/policies/catalogue.h"
#include "bindings.h"
#include "engine/error.h"
#include "fields.h"
#include "strategy.h"

namespace tavolo::python {
namespace {

using agents::Instruments;
using agents::Neighbour;
using agents::PolicyView;

}  // namespace

PythonStrategy::PythonStrategy(const std::string& name, PyObject* decide)
    : rule_{"policy", name, decide} {}

Instruments PythonStrategy::decide(const PolicyView& view) const {
  return rule_.decide<Instruments>(view, kInstruments, "tavolo.Instruments(...)",
                                   std::to_string(view.year));
}

void bind_policies(nb::module_& m) {
  const auto nothing = [](auto&, const std::string&, nb::handle) { return false; };
  bind_struct(m, "Instruments",
              "The levers of one year. Zero everywhere is no policy. Money in EUR.", kInstruments,
              "", nothing, true);
  bind_struct(
      m, "Neighbour",
      "What a government sees of another that follows a strategy: public levers, published output.",
      kNeighbours, ", name: str = '', levers: Instruments = ...",
      [](Neighbour& self, const std::string& key, nb::handle value) {
        if (key == "name")
          self.name = nb::cast<std::string>(value);
        else if (key == "levers")
          self.levers = nb::cast<Instruments>(value);
        else
          return false;
        return true;
      },
      false)
      .def_ro("name", &Neighbour::name, "Of its country.")
      .def_ro("levers", &Neighbour::levers, "That it had set last year.");
  bind_struct(
      m, "PolicyView",
      "What a government may know when it sets policy in January: last year's figures and its own\n"
      "books, never the future and never the world itself. Money in EUR.",
      kViews, ", neighbours: list[Neighbour] = ...",
      [](PolicyView& self, const std::string& key, nb::handle value) {
        if (key != "neighbours") return false;
        self.neighbours = nb::cast<std::vector<Neighbour>>(value);
        return true;
      },
      false)
      .def_ro("neighbours", &PolicyView::neighbours,
              "The other governments that follow a strategy.");
  m.def(
      "instrument_fields", [] { return described(kInstruments); },
      "Name, type, unit and meaning of every lever.");
  m.def(
      "view_fields", [] { return described(kViews); },
      "Name, type, unit and meaning of every number of a view.");

  m.def(
      "add_policy",
      [](const std::string& name, const std::string& meaning, nb::object decide) {
        PyObject* kept = decide.inc_ref().ptr();  // as long as the program runs
        try {
          agents::add_policy(name, meaning,
                             [name, kept] { return std::make_unique<PythonStrategy>(name, kept); });
        } catch (...) {
          decide.dec_ref();
          throw;
        }
      },
      nb::arg("name"), nb::arg("meaning"), nb::arg("decide"),
      "Makes a function of a PolicyView known as a policy.");
  m.def(
      "policies",
      [] {
        std::vector<std::pair<std::string, std::string>> rows;
        for (const auto& entry : agents::catalogue())
          rows.emplace_back(std::string{entry.name}, std::string{entry.meaning});
        for (const auto& policy : agents::added_policies())
          rows.emplace_back(policy.name, policy.meaning);
        return rows;
      },
      "Name and meaning of every policy.");
  m.def(
      "decide",
      [](const std::string& name, const PolicyView& view) {
        const auto strategy = agents::make_policy(name);
        if (!strategy) throw nb::key_error(name.c_str());
        return strategy->decide(view);
      },
      nb::arg("policy"), nb::arg("view"), "What the policy of that name answers to a view.");
}

}  // namespace tavolo::python
