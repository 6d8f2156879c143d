#pragma once

#include <nanobind/nanobind.h>

#include <string>

#include "agents/policies/policy.h"

namespace tavolo::python {

/// A strategy that is a function in Python. Any thread may ask it; the interpreter's lock is held
/// only meanwhile. It is asked twice, since a rule has no memory and draws no luck.
class PythonStrategy final : public agents::PolicyStrategy {
 public:
  /// @param decide  of a PolicyView; borrowed: it outlives the strategy
  PythonStrategy(std::string name, PyObject* decide);

  /// @throws engine::RunError, naming the policy, when the function raises, answers with something
  /// else than Instruments, or answers twice in two ways.
  agents::Instruments decide(const agents::PolicyView& view) const override;

 private:
  agents::Instruments ask(nanobind::handle view) const;
  void fail(const nanobind::python_error& error) const;

  std::string name_;
  PyObject* decide_;
};

}  // namespace tavolo::python
