#pragma once

#include <string>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Writes every indicator of every year of every run that is done as a tidy CSV, one value a line:
/// policy, one column per factor, replication, year, indicator, value. The file appears complete or
/// not at all (written beside its place, then renamed). `path` "-": to standard output.
/// @return the number of values
/// @throws InputError when the file cannot be written.
std::size_t export_csv(const StoreReader& store, const std::string& path);

}  // namespace tavolo::engine
