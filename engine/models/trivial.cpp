#include "engine/models/trivial.h"

#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::engine {

std::vector<Field<Trivial::Parameters>> Trivial::fields() {
  using P = Parameters;
  static const std::vector<Field<P>> list{
      {.key = "x", .member = &P::x, .unit = "1", .meaning = "added to every indicator"},
      {.key = "shift", .member = &P::shift, .unit = "1", .meaning = "added by the policy shift"},
      {.key = "metrics",
       .member = &P::metrics,
       .unit = "indicators",
       .meaning = "recorded",
       .range = {1, 1000}}};
  return list;
}

std::vector<std::string> Trivial::policies() { return {"none", "shift"}; }

std::vector<Indicator> Trivial::indicators(const Parameters& p) {
  std::vector<Indicator> list;
  for (int m = 1; m <= p.metrics; ++m) list.push_back({"m" + std::to_string(m), "1", "x + luck"});
  return list;
}

Record Trivial::run(const Parameters& p, const std::string& policy, std::uint64_t seed,
                    std::uint64_t replication) {
  enum class Luck { kMetric = 1 };
  auto draws = Streams{seed, replication}(Luck::kMetric, 0);
  const double level = p.x + (policy == "shift" ? p.shift : 0);
  Record record;
  record.years = {1};
  record.values.reserve(static_cast<std::size_t>(p.metrics));
  for (int m = 0; m < p.metrics; ++m) record.values.push_back(level + draws.uniform());
  Fingerprint print;
  print.add(record.values);
  record.fingerprint = print.value();
  return record;
}

const char* Trivial::experiment() {
  return R"toml(question = "What does a run cost beside the model?"
model = "trivial"
responses = [{ id = "m1", indicator = "m1", year = 1, better = "max" }]
[design]
policies = ["none", "shift"]
baseline = "none"
replications = 1000
seed = 1
)toml";
}

}  // namespace tavolo::engine
