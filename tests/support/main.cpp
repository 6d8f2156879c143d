#include <gmock/gmock.h>

#include <algorithm>
#include <string_view>

#include "tests/support/options.h"

namespace tavolo::test {
namespace {
bool update = false;
}
bool update_golden() { return update; }
}  // namespace tavolo::test

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  tavolo::test::update = std::any_of(argv, argv + argc, [](const char* argument) {
    return std::string_view{argument} == "--update-golden";
  });
  return RUN_ALL_TESTS();
}
