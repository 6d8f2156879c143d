#pragma once

#include <string>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Sensitivity of every response to the factors, of a design of kind saltelli (Sobol' indices) or
/// morris (elementary effects), with 95 % intervals, under one policy; "": the first.
/// @throws InputError for other designs, and for blocks that are not whole, with the command that
/// completes them.
std::string sensitivity_text(const StoreReader& store, const std::string& policy = {});
/// response, factor, index, value, low, high.
std::string sensitivity_csv(const StoreReader& store, const std::string& policy = {});

}  // namespace tavolo::engine
