#include "engine/models/mm1.h"

#include <algorithm>
#include <cmath>

#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::engine {

std::vector<Field<Mm1::Parameters>> Mm1::fields() {
  using P = Parameters;
  constexpr Range kRate{1e-9, 1e9}, kCount{1, 1e9};
  static const std::vector<Field<P>> list{
      {.key = "lambda",
       .member = &P::lambda,
       .unit = "1/time",
       .meaning = "arrivals",
       .range = kRate},
      {.key = "mu", .member = &P::mu, .unit = "1/time", .meaning = "services", .range = kRate},
      {.key = "faster_by",
       .member = &P::faster_by,
       .unit = "1",
       .meaning = "factor on mu under the policy faster",
       .range = kRate},
      {.key = "customers",
       .member = &P::customers,
       .unit = "customers",
       .meaning = "counted",
       .range = kCount},
      {.key = "warm_up",
       .member = &P::warm_up,
       .unit = "customers",
       .meaning = "served before any is counted",
       .range = {0, 1e9}}};
  return list;
}

std::vector<std::string> Mm1::policies() { return {"none", "faster"}; }

std::vector<Indicator> Mm1::indicators(const Parameters&) {
  return {{"mean_wait", "time", "in the queue, over the customers counted"},
          {"mean_stay", "time", "in the queue and in service"},
          {"waiting_share", "0..1", "of customers who wait at all"},
          {"longest_wait", "time", "in the queue"}};
}

void Mm1::check(const Config& config, const Parameters& p, Problems& problems) {
  if (p.lambda >= p.mu)
    problems.add(config.place("lambda"), "lambda is not below mu.",
                 "The queue grows without end, and its mean wait has no value.",
                 "Let customers come more slowly, or serve them faster.");
}

Record Mm1::run(const Parameters& p, const std::string& policy, std::uint64_t seed,
                std::uint64_t replication) {
  enum class Luck { kCustomer = 1 };  // when the customer comes, and how much there is to do
  const Streams luck{seed, replication};
  const double mu = policy == "faster" ? p.mu * p.faster_by : p.mu;
  double wait = 0, total_wait = 0, total_service = 0, longest = 0;
  int waiting = 0;
  for (int i = 0; i < p.warm_up + p.customers; ++i) {
    const auto draws = luck(Luck::kCustomer, static_cast<std::uint64_t>(i)).block();
    const double service = -std::log(draws[0]) / mu;
    if (i >= p.warm_up) {
      total_wait += wait;
      total_service += service;
      longest = std::max(longest, wait);
      waiting += wait > 0 ? 1 : 0;
    }
    const double until_next = -std::log(draws[1]) / p.lambda;
    wait = std::max(0.0, wait + service - until_next);
  }
  Fingerprint print;
  print.add(total_wait);
  print.add(wait);
  return {{1},
          {total_wait / p.customers, (total_wait + total_service) / p.customers,
           static_cast<double>(waiting) / p.customers, longest},
          {},
          print.value()};
}

const char* Mm1::experiment() {
  return R"toml(question = "How long does one wait, and what does a faster server save?"
model = "mm1"
responses = [
  { id = "wait", indicator = "mean_wait", year = 1, better = "min" },
  { id = "waiting", indicator = "waiting_share", year = 1, better = "min" },
]
[design]
policies = ["none", "faster"]
baseline = "none"
replications = 100
seed = 1
[factors]
lambda = [0.5, 0.9]
)toml";
}

}  // namespace tavolo::engine
