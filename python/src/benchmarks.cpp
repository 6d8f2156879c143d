// The policy benchmark of a store (engine/experiment/benchmark.h), as text and as JSON.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <string>
#include <utility>

#include "bindings.h"
#include "engine/experiment/benchmark.h"
#include "engine/experiment/store.h"

namespace tavolo::python {

namespace nb = nanobind;

void bind_benchmarks(nb::module_& m) {
  m.def(
      "suite_experiment",
      [](const std::string& suite) { return engine::read_suite(suite).experiment; },
      nb::arg("suite"), "The experiment's file of a benchmark's suite.");
  m.def(
      "benchmark",
      [](const std::string& store, const std::string& suite) {
        const nb::gil_scoped_release released;
        const engine::StoreReader reader{store};
        const auto found = engine::benchmark(
            reader, suite.empty() ? engine::suite_of(reader) : engine::read_suite(suite));
        return std::pair{engine::benchmark_text(found), engine::benchmark_json(found)};
      },
      nb::arg("store"), nb::arg("suite"),
      "Text and JSON; without a suite for every response that has a direction.");
}

}  // namespace tavolo::python
