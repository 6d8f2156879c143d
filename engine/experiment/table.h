#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tavolo::engine {

/// Numbers and tables as people read them; CSV and JSON as programs do.

/// Columns of text aligned in rows; the first `words` columns to the left, the others to the right.
/// The first row is the heading.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t words = 1);
/// How many characters a terminal shows (UTF-8 code points).
std::size_t shown_width(std::string_view text);

/// "751 384", "0.0417", "12.30M", "5": about `digits` significant ones, none behind the point of a
/// whole number; thousands grouped, M from ten million, G from ten thousand million on, powers of
/// ten beyond 1e13. "-" for NaN.
std::string human(double value, int digits = 4);
/// "751 400 ± 1 200", "-12.35 ± 0.21M": decimals as the half width warrants. A half width that is
/// only rounding (1e-9 of the value) is 0; of NaN the value stands alone.
std::string human(double value, double half_width);

/// The shortest text that reads back as the same number; "" for NaN, "inf", "-inf".
std::string exact(double value);

/// One CSV field, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text);
/// A JSON string with its quotation marks (RFC 8259).
std::string json_string(std::string_view text);
/// A JSON number; null for what JSON has no number for.
std::string json_number(double value);

}  // namespace tavolo::engine
