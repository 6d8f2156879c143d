#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"

namespace tavolo::engine {

/// Whether a name can stand in configs, commands and tables: a-z, 0-9 and _, a letter first.
inline bool is_word(std::string_view name) {
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Named values that are added while the program runs, in the order in which they came, and never
/// leave. Every function may be called by any thread at any time.
template <class Value>
class Registry {
 public:
  /// @return false, and nothing is added, when the name is taken.
  bool add(std::string name, Value value) {
    const std::lock_guard lock{mutex_};
    for (const auto& [taken, other] : entries_)
      if (taken == name) return false;
    entries_.emplace_back(std::move(name), std::move(value));
    return true;
  }
  std::optional<Value> find(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    for (const auto& [known, value] : entries_)
      if (known == name) return value;
    return std::nullopt;
  }
  std::vector<std::pair<std::string, Value>> all() const {
    const std::lock_guard lock{mutex_};
    return entries_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Value>> entries_;
};

/// The registry of a type, which outlives what ends with the program.
template <class Value>
Registry<Value>& registry_of() {
  static auto* registry = new Registry<Value>;
  return *registry;
}

/// What names are of, in the words of errors.
struct NamedKind {
  std::string_view what;        ///< "policy"
  std::string_view stands_for;  ///< what a name of it stands for: "strategy"
  std::string_view example;     ///< a name of one that is built in
};

/// Adds a value under a name that can stand in configs, commands and tables.
/// @param built_in the name is one of those that came with the program
/// @param key as the registry knows the name
/// @throws InputError when the name is no word or is taken.
template <class Value>
void add_named(const NamedKind& kind, const std::string& name, bool built_in, Value value,
               const std::string& key) {
  const std::string what{kind.what};
  if (!is_word(name))
    throw InputError{"\"" + name + "\" cannot name a " + what + ".",
                     "Names stand in configs, commands and tables: a-z, 0-9 and _, a letter first.",
                     "Call it like " + std::string{kind.example} + "."};
  if (built_in || !registry_of<Value>().add(key, std::move(value)))
    throw InputError{
        "a " + what + " \"" + name + "\" exists already.",
        "A name stands for one " + std::string{kind.stands_for} + " in every store that names it.",
        "Give yours another name."};
}

}  // namespace tavolo::engine
