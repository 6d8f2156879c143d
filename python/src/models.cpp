// The engine's small models of known answers, run one by one: bridges are tested against them.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.h"
#include "engine/models/built_in.h"

namespace tavolo::python {
namespace {

namespace nb = nanobind;

struct Prepared {
  std::unique_ptr<const engine::Model> model;
  std::vector<engine::Indicator> indicators;
};

}  // namespace

void bind_models(nb::module_& m) {
  nb::class_<Prepared>(m, "PreparedModel", "A built-in model with its parameters.")
      .def_prop_ro(
          "indicators",
          [](const Prepared& self) {
            std::vector<std::tuple<std::string, std::string, std::string>> rows;
            for (const auto& i : self.indicators) rows.emplace_back(i.name, i.unit, i.meaning);
            return rows;
          },
          "Name, unit and meaning of what it records.")
      .def(
          "run",
          [](const Prepared& self, const std::string& policy, std::uint64_t seed,
             std::uint64_t replication) { return self.model->run(policy, seed, replication); },
          nb::arg("policy"), nb::arg("seed"), nb::arg("replication"),
          nb::call_guard<nb::gil_scoped_release>());
  m.def(
      "prepare_model",
      [](const std::string& name, const std::vector<std::pair<std::string, std::string>>& changes) {
        const auto& family = engine::built_in_model(name).family();
        std::vector<engine::Override> overrides;
        for (const auto& [path, value] : changes) overrides.push_back({path, value});
        return Prepared{family.prepare("", overrides), family.indicators("", overrides)};
      },
      nb::arg("name"), nb::arg("changes"), "Reads the parameters of a built-in model.");
  m.def(
      "models",
      [] {
        std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> rows;
        for (const auto& model : engine::built_in_models())
          rows.emplace_back(std::string{model.name}, std::string{model.meaning},
                            model.family().policies());
        return rows;
      },
      "Name, meaning and policies of every built-in model.");
}

}  // namespace tavolo::python
