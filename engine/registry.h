#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

}  // namespace tavolo::engine
