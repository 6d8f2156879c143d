#pragma once

namespace tavolo::test {

/// --update-golden: golden runs are written anew instead of compared.
bool update_golden();

}  // namespace tavolo::test
