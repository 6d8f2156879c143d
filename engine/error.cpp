#include "engine/error.h"

namespace tavolo::engine {

std::string Place::text() const { return line > 0 ? file + ":" + std::to_string(line) : file; }

InputError::InputError(std::string_view problem, std::string_view reason, std::string_view remedy)
    : std::runtime_error{std::string{problem} + "\n  " + std::string{reason} + "\n  " +
                         std::string{remedy}} {}

InputError::InputError(const Place& place, std::string_view problem, std::string_view reason,
                       std::string_view remedy)
    : InputError{
          place.text().empty() ? std::string{problem} : place.text() + ": " + std::string{problem},
          reason, remedy} {}

void Problems::add(const Place& place, std::string_view problem, std::string_view reason,
                   std::string_view remedy) {
  messages_.push_back(InputError{place, problem, reason, remedy}.what());
}

void Problems::throw_if_any() const {
  if (messages_.empty()) return;
  std::string all;
  for (const auto& message : messages_) all += (all.empty() ? "" : "\n\n") + message;
  throw InputError{all};
}

}  // namespace tavolo::engine
