#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <array>
#include <string>
#include <utility>
#include <variant>

#include "engine/error.h"
#include "fields.h"

namespace tavolo::python {

/// A rule that is a function in Python. Any thread may ask it; the interpreter's lock is held only
/// meanwhile. It is asked twice, since a rule has no memory and draws no luck.
class PythonRule {
 public:
  /// @param kind    "policy", as errors call it
  /// @param decide  of a view; borrowed: it outlives the rule
  PythonRule(const std::string& kind, const std::string& name, PyObject* decide)
      : what_{"the " + kind + " " + name}, decide_{decide} {}

  /// What it answers to a view: an Answer, whose fields are compared.
  /// @throws engine::RunError, naming the rule, when the function raises, answers with something
  /// else, or answers twice in two ways.
  template <class Answer, class View, std::size_t N>
  Answer decide(const View& view, const std::array<Field<Answer>, N>& fields, const char* wanted,
                const std::string& when) const {
    return held([&] {
      const nanobind::object seen =
          nanobind::cast(view, nanobind::rv_policy::copy);  // a rule may keep it
      const auto first = ask<Answer>(seen, wanted), again = ask<Answer>(seen, wanted);
      for (const auto& field : fields)
        if (!std::visit([&](auto member) { return same(first.*member, again.*member); },
                        field.member))
          differs(when, field.name);
      return first;
    });
  }

  /// The same of a rule that answers with a plain value.
  template <class Answer, class View>
  Answer value(const View& view, const char* wanted, const std::string& when) const {
    return held([&] {
      const nanobind::object seen = nanobind::cast(view, nanobind::rv_policy::copy);
      const auto first = ask<Answer>(seen, wanted);
      if (!same(first, ask<Answer>(seen, wanted))) differs(when, "its answer");
      return first;
    });
  }

 private:
  template <class T>
  static bool same(const T& a, const T& b) {
    return a == b || (a != a && b != b);
  }
  template <class Body>
  auto held(const Body& body) const {
    const nanobind::gil_scoped_acquire gil;
    try {
      return body();
    } catch (const nanobind::python_error& error) {
      if (!error.matches(PyExc_Exception)) throw;  // Ctrl-C, exit
      fail(error);
    }
  }
  template <class Answer>
  Answer ask(nanobind::handle view, const char* wanted) const {
    const nanobind::object answer = nanobind::steal(PyObject_CallOneArg(decide_, view.ptr()));
    if (!answer.is_valid()) throw nanobind::python_error();
    Answer value;
    if (!nanobind::try_cast(answer, value)) refuse(answer, wanted);
    return value;
  }
  [[noreturn]] void fail(const nanobind::python_error& error) const;
  [[noreturn]] void refuse(nanobind::handle answer, const char* wanted) const;
  [[noreturn]] void differs(const std::string& when, const std::string& field) const;

  std::string what_;
  PyObject* decide_;
};

}  // namespace tavolo::python
