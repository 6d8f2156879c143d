#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/model.h"

namespace tavolo::engine {

/// A single run as people read it: what `tavolo run` prints.

/// The events, grouped by year: month, kind and text.
std::string chronicle_text(const Record& record);

/// A row per indicator named in `names`, a column per year; with units.
/// @throws InputError for a name that is no indicator, with the nearest one.
std::string year_table(const Record& record, std::span<const Indicator> indicators,
                       std::span<const std::string> names);

/// Everything of the run, for programs: years, every indicator, the monthly ones, events,
/// fingerprint.
std::string record_json(const Record& record, std::span<const Indicator> indicators,
                        std::span<const Indicator> monthly = {});

/// Sixteen hexadecimal digits.
std::string fingerprint_text(std::uint64_t fingerprint);

}  // namespace tavolo::engine
