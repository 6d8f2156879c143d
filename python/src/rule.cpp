#include "rule.h"

namespace tavolo::python {

/// What a rule raised, as the reason of a run that failed.
void PythonRule::fail(const nb::python_error& error) const {
  std::string kind = nb::cast<std::string>(error.type().attr("__name__"));
  std::string text = nb::cast<std::string>(nb::str(error.value()));
  std::string where;
  for (nb::object frame = error.traceback(); frame.is_valid() && !frame.is_none();
       frame = frame.attr("tb_next"))
    where =
        nb::cast<std::string>(nb::str(frame.attr("tb_frame").attr("f_code").attr("co_filename"))) +
        ":" + std::to_string(nb::cast<int>(frame.attr("tb_lineno")));
  throw engine::RunError{what_ + " raised " + kind + (text.empty() ? "" : ": " + text) +
                         (where.empty() ? "" : " (" + where + ")")};
}

void PythonRule::refuse(nb::handle answer, const char* wanted) const {
  throw engine::RunError{what_ + " answered " + nb::cast<std::string>(nb::repr(answer)) +
                         ", not with " + wanted};
}

void PythonRule::differs(const std::string& when, const std::string& field) const {
  throw engine::RunError{what_ + " is not deterministic: the same view of " + when +
                         " gave two values of " + field +
                         ". A strategy has no memory and draws no luck"};
}

}  // namespace tavolo::python
