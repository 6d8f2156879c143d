// Strategies in Python: what they see, what they answer, and how C++ calls them.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <bit>
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

/// Equal bit for bit, but that 0 and -0 are one number.
template <class T, std::size_t N>
bool equal(const std::array<Field<T>, N>& fields, const T& a, const T& b) {
  for (const auto& field : fields)
    if (!std::visit([&](auto member) { return a.*member == b.*member; }, field.member))
      return false;
  return true;
}

template <class T>
void set(T& target, const Field<T>& field, nb::handle value) {
  std::visit(
      [&](auto member) {
        using Value = std::remove_reference_t<decltype(target.*member)>;
        if constexpr (std::is_same_v<Value, bool>) {
          const int truth = PyObject_IsTrue(value.ptr());
          if (truth < 0) throw nb::python_error();
          target.*member = truth != 0;
        } else {
          const double number = PyFloat_AsDouble(value.ptr());  // also of NumPy's
          if (number == -1.0 && PyErr_Occurred() != nullptr) throw nb::python_error();
          target.*member = static_cast<Value>(number);
        }
      },
      field.member);
}

template <class T>
nb::object get(const T& source, const Field<T>& field) {
  return std::visit([&](auto member) -> nb::object { return nb::cast(source.*member); },
                    field.member);
}

/// Fields, keyword constructor, equality and repr of a struct. `more`: a hook for what is not a
/// number; true when it took the keyword. `more_signature`: its part of the constructor's.
template <class T, std::size_t N, class More>
nb::class_<T> bind_struct(nb::module_& m, const char* name, const char* doc,
                          const std::array<Field<T>, N>& fields, const char* more_signature,
                          More more, bool writable) {
  nb::class_<T> type{m, name, doc};
  std::string signature = "def __init__(self, *";
  const T fresh;
  for (std::size_t i = 0; i < N; ++i)
    signature += ", " + std::string{fields[i].name} + ": " + type_name(fields, i) + " = " +
                 nb::cast<std::string>(nb::repr(get(fresh, fields[i])));
  signature += std::string{more_signature} + ") -> None";
  const std::string type_text = name;
  type.def(
      "__init__",
      [&fields, more, type_text](T* self, const nb::kwargs& values) {
        new (self) T{};
        for (const auto& [key, value] : values) {
          const auto word = nb::cast<std::string>(key);
          bool known = more(*self, word, value);
          for (const auto& field : fields)
            if (word == field.name) {
              set(*self, field, value);
              known = true;
            }
          if (!known) throw nb::type_error((type_text + " has no field " + word + ".").c_str());
        }
      },
      nb::sig(signature.c_str()), "Every field by keyword; zero or False when left out.");
  for (const auto& field : fields) {
    std::string text = field.meaning;
    if (field.unit[0] != '\0') text += std::string{" ["} + field.unit + "]";
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    text += ".";
    std::visit(
        [&](auto member) {
          if (writable)
            type.def_rw(field.name, member, text.c_str());
          else
            type.def_ro(field.name, member, text.c_str());
        },
        field.member);
  }
  type.def(
      "__eq__", [&fields](const T& a, const T& b) { return equal(fields, a, b); },
      nb::is_operator());
  type.def("__repr__", [&fields, type_text](const T& self) {
    std::string text;
    const T none;
    for (const auto& field : fields) {
      const auto value = get(self, field);
      if (value.equal(get(none, field))) continue;
      text += (text.empty() ? "" : ", ") + std::string{field.name} + "=" +
              nb::cast<std::string>(nb::repr(value));
    }
    return type_text + "(" + text + ")";
  });
  return type;
}

template <class T, std::size_t N>
std::vector<std::tuple<std::string, std::string, std::string, std::string>> described(
    const std::array<Field<T>, N>& fields) {
  std::vector<std::tuple<std::string, std::string, std::string, std::string>> rows;
  for (std::size_t i = 0; i < N; ++i)
    rows.emplace_back(fields[i].name, type_name(fields, i), fields[i].unit, fields[i].meaning);
  return rows;
}

}  // namespace

PythonStrategy::PythonStrategy(std::string name, PyObject* decide)
    : name_{std::move(name)}, decide_{decide} {}

/// What a strategy raised, as the reason of a run that failed.
void PythonStrategy::fail(const nb::python_error& error) const {
  std::string kind = nb::cast<std::string>(error.type().attr("__name__"));
  std::string text = nb::cast<std::string>(nb::str(error.value()));
  std::string where;
  for (nb::object frame = error.traceback(); frame.is_valid() && !frame.is_none();
       frame = frame.attr("tb_next"))
    where =
        nb::cast<std::string>(nb::str(frame.attr("tb_frame").attr("f_code").attr("co_filename"))) +
        ":" + std::to_string(nb::cast<int>(frame.attr("tb_lineno")));
  throw engine::RunError{"the policy " + name_ + " raised " + kind +
                         (text.empty() ? "" : ": " + text) +
                         (where.empty() ? "" : " (" + where + ")")};
}

Instruments PythonStrategy::ask(nb::handle view) const {
  const nb::object answer = nb::steal(PyObject_CallOneArg(decide_, view.ptr()));
  if (!answer.is_valid()) throw nb::python_error();
  Instruments levers;
  if (!nb::try_cast(answer, levers))
    throw engine::RunError{"the policy " + name_ + " answered " +
                           nb::cast<std::string>(nb::repr(answer)) +
                           ", not with tavolo.Instruments(...)"};
  return levers;
}

Instruments PythonStrategy::decide(const PolicyView& view) const {
  const nb::gil_scoped_acquire gil;
  try {
    const nb::object seen = nb::cast(view, nb::rv_policy::copy);  // a strategy may keep it
    const Instruments levers = ask(seen);
    const Instruments again = ask(seen);
    for (const auto& field : kInstruments)
      if (!std::visit(
              [&](auto member) {
                return levers.*member == again.*member ||
                       (levers.*member != levers.*member && again.*member != again.*member);
              },
              field.member))
        throw engine::RunError{"the policy " + name_ + " is not deterministic: the same view of " +
                               std::to_string(view.year) + " gave two values of " + field.name +
                               ". A strategy has no memory and draws no luck"};
    return levers;
  } catch (const nb::python_error& error) {
    if (!error.matches(PyExc_Exception)) throw;  // Ctrl-C, exit
    fail(error);
    throw;  // never here
  }
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
