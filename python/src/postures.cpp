// Carmakers' postures in Python: what they see and what they answer.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <string>

#include "agents/postures/catalogue.h"
#include "bindings.h"
#include "fields.h"
#include "rule.h"

namespace tavolo::python {
namespace {

class PythonPosture final : public agents::PostureRule {
 public:
  PythonPosture(const std::string& name, PyObject* decide) : rule_{"posture", name, decide} {}
  agents::Posture decide(const agents::PostureView& view) const override {
    return rule_.decide<agents::Posture>(view, kPostures, "tavolo.Posture(...)",
                                         view.maker + " in " + std::to_string(view.year));
  }

 private:
  PythonRule rule_;
};

}  // namespace

void bind_postures(nb::module_& m) {
  bind_struct(
      m, "Posture",
      "How a maker faces its government and its workers this year; as it is made, as ever.",
      kPostures, "", [](auto&, const std::string&, nb::handle) { return false; }, true);
  bind_struct(
      m, "PostureView",
      "What a maker with home plants knows in January, once governments have set policy: its own\n"
      "plants and books, last year's figures, this year's levers. Money in EUR.",
      kPostureViews, ", maker: str = '', levers: Instruments = ...",
      [](agents::PostureView& self, const std::string& key, nb::handle value) {
        if (key == "maker")
          self.maker = nb::cast<std::string>(value);
        else if (key == "levers")
          self.levers = nb::cast<agents::Instruments>(value);
        else
          return false;
        return true;
      },
      false)
      .def_ro("maker", &agents::PostureView::maker, "Its name.")
      .def_ro("levers", &agents::PostureView::levers, "Of the home government, this year.");
  m.def(
      "add_posture",
      [](const std::string& name, const std::string& meaning, nb::object decide) {
        PyObject* kept = decide.ptr();
        agents::add_posture(name, meaning,
                            [name, kept] { return std::make_unique<PythonPosture>(name, kept); });
        decide.release();  // as long as the program runs
      },
      nb::arg("name"), nb::arg("meaning"), nb::arg("decide"),
      "Makes a function of a PostureView known as a carmaker's posture.");
  m.def("postures", &agents::postures, "Name and meaning of every posture.");
  m.def(
      "take_posture",
      [](const std::string& name, const agents::PostureView& view) {
        const auto rule = agents::make_posture(name);
        if (!rule) throw nb::key_error(name.c_str());
        return rule->decide(view);
      },
      nb::arg("posture"), nb::arg("view"), "What the posture of that name answers to a view.");
}

}  // namespace tavolo::python
