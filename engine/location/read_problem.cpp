#include "engine/location/read_problem.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <variant>

#include "engine/error.h"
#include "engine/text.h"

namespace tavolo::engine::location {
namespace {

constexpr std::string_view kFormat =
    "The file holds m and n, then capacity and fixed cost of m warehouses, then demand and m costs "
    "of n customers.";

/// The words of a text and the lines they stand in.
class Words {
 public:
  Words(std::string_view text, const std::string& file) : text_{text}, file_{file} {}

  /// @throws InputError when there is none; `what` is what it should be
  std::string_view next(const std::string& what) {
    skip_blanks();
    if (at_ == text_.size())
      throw InputError{place(), "the file ends before " + what + ".", kFormat,
                       "Check that the file is complete and that m and n are right."};
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  double number(const std::string& what, double low) { return number(next(what), what, low); }
  double number(std::string_view word, const std::string& what, double low) const {
    std::string_view digits = word;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
      throw InputError{place(), what + " is " + shown(word) + ", which is no number.", kFormat,
                       "Write it with digits and a decimal point."};
    if (std::abs(value) > kLargestNumber)
      throw InputError{place(), what + " is " + shown(word) + ".", kFormat,
                       "Use units in which it is below 1e100."};
    if (value < low)
      throw InputError{place(), what + " is " + shown(word) + ", below " + number_text(low) + ".",
                       kFormat, "Correct it, or check that m and n are right."};
    return value;
  }
  int count(const std::string& what) {
    const auto word = next(what);
    const double value = number(word, what, 1);
    // each takes a character and a blank at least
    if (value != std::floor(value) || value > static_cast<double>(text_.size()))
      throw InputError{place(), what + " is " + shown(word) + ".", kFormat,
                       "Write a whole number, as many as the file has."};
    return static_cast<int>(value);
  }
  /// @throws InputError when more follows
  void end() {
    skip_blanks();
    if (at_ == text_.size()) return;
    throw InputError{place(), "more follows after the last customer.", kFormat,
                     "Check that m and n, the first two numbers, are right."};
  }
  Place place() const { return {file_, line_}; }
  std::size_t left() const { return text_.size() - at_; }

  static std::string shown(std::string_view word) {
    constexpr std::size_t kShown = 40;
    if (word.size() > kShown) return in_quotes(std::string{word.substr(0, kShown)} + "...");
    return in_quotes(word);
  }

 private:
  static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  void skip_blanks() {
    for (; at_ < text_.size() && is_blank(text_[at_]); ++at_)
      if (text_[at_] == '\n') ++line_;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::string of(const char* kind, std::size_t index) {
  return std::string{kind} + " " + std::to_string(index + 1);
}

}  // namespace

Problem parse_problem(std::string_view text, const std::string& file_name,
                      const CapacityReading& capacity) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto end = end_of_utf8(text); end != text.size())
    throw InputError{Place{file_name, 0}, "this is not text.", kFormat, "Name another file."};
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Words words{text, file_name};
  Problem problem;
  const std::size_t m = words.count("m, the number of warehouses,"),
                    n = words.count("n, the number of customers,");
  if (words.left() / 2 + 1 < m * (n + 2) + n)
    throw InputError{words.place(),
                     "the file is too short for " + std::to_string(m) + " warehouses and " +
                         std::to_string(n) + " customers.",
                     kFormat, "Check that the file is complete and that m and n are right."};
  bool named = false;
  for (std::size_t i = 0; i < m; ++i) {
    const std::string what = "the capacity of " + of("warehouse", i);
    const auto word = words.next(what);
    if (word == "capacity") {
      named = true;
      if (!capacity.ignored && !capacity.value)
        throw InputError{words.place(), what + " is the word \"capacity\".",
                         "It stands for one of several numbers that the file can be read with.",
                         "Give the number with --capacity N, or ignore it: --uncapacitated."};
      problem.capacity.push_back(capacity.value.value_or(0));
    } else {
      problem.capacity.push_back(words.number(word, what, 0));
    }
    if (capacity.ignored) problem.capacity.back() = kInfinity;
    problem.fixed_cost.push_back(
        words.number("the fixed cost of " + of("warehouse", i), -kInfinity));
  }
  if (capacity.value && !named)
    throw InputError{Place{file_name, 0}, "no capacity is the word \"capacity\".",
                     "The number of --capacity stands for that word; the file has its own numbers.",
                     "Leave --capacity out, or name capa, capb or capc of the OR-Library."};
  problem.cost = Grid<double>{m, n};
  for (std::size_t j = 0; j < n; ++j) {
    const auto customer = of("customer", j);
    problem.demand.push_back(words.number("the demand of " + customer, 0));
    const std::string what = "a cost of " + customer;
    for (std::size_t i = 0; i < m; ++i) problem.cost(i, j) = words.number(what, -kInfinity);
  }
  words.end();
  if (const auto why = obstacle(problem); !why.empty())
    throw InputError{Place{file_name, 0}, why, "Every customer is served in full.",
                     "Raise capacities, or ignore them: --uncapacitated."};
  return problem;
}

Problem read_problem(const std::string& path, const CapacityReading& capacity) {
  const auto text = read_file(path);
  if (const auto* why = std::get_if<1>(&text))
    throw InputError{Place{path, 0}, "the file " + *why + ".", kFormat, "Check the path."};
  return parse_problem(std::get<0>(text), path, capacity);
}

}  // namespace tavolo::engine::location
