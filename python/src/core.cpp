#include <nanobind/stl/string.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>

#include "bindings.h"
#include "engine/error.h"
#include "engine/experiment/version.h"

namespace tavolo::python {
namespace {

namespace nb = nanobind;

/// The classes that stand for engine::InputError and RunError; the package names its own.
PyObject* input_error = nullptr;
PyObject* run_error = nullptr;

void raise(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const engine::InputError& refused) {
    PyErr_SetString(input_error != nullptr ? input_error : PyExc_ValueError, refused.what());
  } catch (const engine::RunError& failed) {
    PyErr_SetString(run_error != nullptr ? run_error : PyExc_RuntimeError, failed.what());
  }
}

}  // namespace

void bind_errors(nb::module_& m) {
  nb::register_exception_translator(raise, nullptr);
  m.def(
      "use_errors",
      [](nb::object input, nb::object run) {
        input_error = input.release().ptr();
        run_error = run.release().ptr();
      },
      nb::arg("input_error"), nb::arg("run_error"), "Sets the classes of the errors raised here.");
}

}  // namespace tavolo::python

NB_MODULE(_core, m) {
  using namespace tavolo;
  m.doc() = "What C++ does for the package tavolo.";
  // Strategies and what they registered live as long as the program.
  nanobind::set_leak_warnings(false);
  if (!spdlog::get("tavolo")) {  // standard output belongs to the researcher
    spdlog::set_default_logger(spdlog::stderr_logger_mt("tavolo"));
    spdlog::set_level(spdlog::level::warn);
  }
  python::bind_errors(m);
  python::bind_policies(m);
  python::bind_runs(m);
  python::bind_sweeps(m);
  python::bind_stores(m);
  python::bind_postures(m);
  python::bind_negotiators(m);
  python::bind_models(m);
  python::bind_benchmarks(m);
  m.def("code_version", &engine::code_version, "Version and, from a checkout, commit.");
  m.def("compiler", &engine::compiler, "The same bits are promised for one of them.");
}
