#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/parallel.h"
#include "engine/simd.h"

/// Looking through a column of a large population.

namespace tavolo::engine {

/// Asks memory for one row of some columns, to be read soon. Changes no result.
template <class... Columns>
void fetch_row(std::size_t row, const Columns&... columns) {
  (__builtin_prefetch(&columns[row]), ...);
}

/// How many values are 0, 1 … kCount - 1, in one pass.
template <std::size_t kCount>
std::array<std::size_t, kCount> count_below(std::span<const std::uint8_t> values) {
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  constexpr std::size_t kLanes = 64, kSlab = 255 * kLanes;  // a lane counts to 255 in a byte
  std::vector<std::array<std::size_t, kCount>> counts((values.size() + kBlock - 1) / kBlock);
  for_each_block(
      values.size(), kBlock, [&](std::size_t block, std::size_t first, std::size_t last) {
        std::array<std::size_t, kCount> count{};
        vectorised([&]() TAVOLO_IN_LOOP {
          const std::size_t whole = first + (last - first) / kLanes * kLanes;
          for (; first < whole; first = std::min(first + kSlab, whole))
            for (std::size_t k = 0; k < kCount; ++k) {
              alignas(64) std::uint8_t lanes[kLanes] = {};
              const auto wanted = static_cast<std::uint8_t>(k);  // as narrow as what it is met with
              for (std::size_t row = first; row < std::min(first + kSlab, whole); row += kLanes) {
                const std::uint8_t* run = values.data() + row;
                for_lanes<kLanes>([&](std::size_t i) TAVOLO_IN_LOOP {
                  lanes[i] = static_cast<std::uint8_t>(lanes[i] + (run[i] == wanted ? 1 : 0));
                });
              }
              for (const std::uint8_t lane : lanes) count[k] += lane;
            }
          for (; first < last; ++first)
            if (values[first] < kCount) ++count[values[first]];
        });
        counts[block] = count;
      });
  std::array<std::size_t, kCount> all{};
  for (const auto& count : counts)
    for (std::size_t k = 0; k < kCount; ++k) all[k] += count[k];
  return all;
}

/// Appends the rows whose value is `low` to `high`, in order: quick where these are few.
template <class T>
void rows_within(std::span<const T> values, T low, T high, std::vector<std::uint32_t>& rows) {
  constexpr std::size_t kRun = 64;
  vectorised([&]() TAVOLO_IN_LOOP {
    for (std::size_t first = 0; first < values.size(); first += kRun) {
      const std::size_t last = std::min(first + kRun, values.size());
      if (last - first == kRun) {
        const T* run = values.data() + first;
        T hits = 0;  // of the values' width: as many to a vector
        for (std::size_t i = 0; i < kRun; ++i)
          hits = static_cast<T>(hits |
                                (static_cast<T>(run[i] >= low) & static_cast<T>(run[i] <= high)));
        if (hits == 0) continue;
      }
      for (std::size_t i = first; i < last; ++i)
        if (values[i] >= low && values[i] <= high) rows.push_back(static_cast<std::uint32_t>(i));
    }
  });
}

}  // namespace tavolo::engine
