#include "engine/negotiation/rubinstein.h"

#include <cassert>

namespace tavolo::engine::negotiation {

double first_share(double first_discount, double second_discount, int rounds) {
  assert(rounds >= 1);
  double proposer = 1;  // share of whoever speaks in the present round, from the last one back
  for (int round = rounds - 1; round >= 1; --round)
    proposer = 1 - (round % 2 == 1 ? second_discount : first_discount) * proposer;
  return proposer;
}

double rubinstein_share(double first_discount, double second_discount) {
  assert(first_discount * second_discount < 1);
  return (1 - second_discount) / (1 - first_discount * second_discount);
}

double rubinstein_limit(double first_rate, double second_rate) {
  assert(first_rate > 0 && second_rate > 0);
  return second_rate / (first_rate + second_rate);
}

}  // namespace tavolo::engine::negotiation
