#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tavolo::engine {

/// Where something a researcher wrote stands. `line` 0: the file as a whole, or a command line.
struct Place {
  std::string file;
  int line = 0;
  /// "configs/italy/towns.toml:14", "configs/italy/towns.toml" or "" when there is no file.
  std::string text() const;
};

/// Raised when something a researcher wrote (a config, a flag, a data file) cannot be used.
/// A defect of our own code is never an InputError: it is a failed `assert`.
///
/// The message is three short sentences: where and what, why it matters, what to do instead.
class InputError : public std::runtime_error {
 public:
  InputError(std::string_view problem, std::string_view reason, std::string_view remedy);
  InputError(const Place& place, std::string_view problem, std::string_view reason,
             std::string_view remedy);
  /// A message that is already complete (several problems of one file, one after another).
  explicit InputError(const std::string& message) : std::runtime_error{message} {}
};

/// Every problem of a file, not only the first: readers add, the caller throws once at the end.
class Problems {
 public:
  void add(const Place& place, std::string_view problem, std::string_view reason,
           std::string_view remedy);
  void add(const InputError& error) { messages_.emplace_back(error.what()); }
  bool empty() const { return messages_.empty(); }
  const std::vector<std::string>& messages() const { return messages_; }
  /// @throws InputError with all messages, blank line between two, if there are any.
  void throw_if_any() const;

 private:
  std::vector<std::string> messages_;
};

/// A run that went wrong (NaN, a broken accounting identity): the run fails and is stored as
/// failed with this reason; the sweep goes on.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tavolo::engine
