#pragma once

#include <nanobind/nanobind.h>

/// The extension module tavolo._core: what C++ does for the package. It converts and calls; the
/// face that researchers see is Python, in tavolo/.
namespace tavolo::python {

void bind_errors(nanobind::module_& m);
void bind_policies(nanobind::module_& m);
void bind_runs(nanobind::module_& m);
void bind_sweeps(nanobind::module_& m);
void bind_stores(nanobind::module_& m);
void bind_postures(nanobind::module_& m);
void bind_negotiators(nanobind::module_& m);
void bind_models(nanobind::module_& m);
void bind_benchmarks(nanobind::module_& m);

}  // namespace tavolo::python
