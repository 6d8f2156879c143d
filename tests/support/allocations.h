#pragma once

#include <cstddef>

namespace tavolo::test {

/// How often this thread has called operator new so far.
std::size_t allocations();

}  // namespace tavolo::test
