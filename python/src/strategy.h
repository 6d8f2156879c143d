#pragma once

#include <nanobind/nanobind.h>

#include <string>

#include "agents/policies/policy.h"
#include "rule.h"

namespace tavolo::python {

/// A policy strategy that is a function in Python (rule.h).
class PythonStrategy final : public agents::PolicyStrategy {
 public:
  /// @param decide  of a PolicyView; borrowed: it outlives the strategy
  PythonStrategy(const std::string& name, PyObject* decide);

  /// @throws engine::RunError as PythonRule::decide.
  agents::Instruments decide(const agents::PolicyView& view) const override;

 private:
  PythonRule rule_;
};

}  // namespace tavolo::python
