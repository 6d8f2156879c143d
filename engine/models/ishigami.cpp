#include "engine/models/ishigami.h"

#include <cmath>

#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::engine {

std::vector<Field<Ishigami::Parameters>> Ishigami::fields() {
  using P = Parameters;
  static const std::vector<Field<P>> list{
      {.key = "x1", .member = &P::x1, .unit = "rad", .meaning = "uniform on (-pi, pi)"},
      {.key = "x2", .member = &P::x2, .unit = "rad", .meaning = "uniform on (-pi, pi)"},
      {.key = "x3", .member = &P::x3, .unit = "rad", .meaning = "uniform on (-pi, pi)"},
      {.key = "a", .member = &P::a, .unit = "1", .meaning = "weight of sin² x2"},
      {.key = "b", .member = &P::b, .unit = "1", .meaning = "weight of x3⁴ sin x1"},
      {.key = "noise",
       .member = &P::noise,
       .unit = "1",
       .meaning = "standard deviation of luck",
       .range = {0, 1e9}}};
  return list;
}

std::vector<std::string> Ishigami::policies() { return {"none"}; }

std::vector<Indicator> Ishigami::indicators(const Parameters&) {
  return {{"y", "1", "sin x1 + a sin² x2 + b x3⁴ sin x1"}};
}

Record Ishigami::run(const Parameters& p, const std::string&, std::uint64_t seed,
                     std::uint64_t replication) {
  enum class Luck { kNoise = 1 };
  const double sin1 = std::sin(p.x1), sin2 = std::sin(p.x2);
  double y = sin1 + p.a * sin2 * sin2 + p.b * std::pow(p.x3, 4) * sin1;
  if (p.noise > 0) y += Streams{seed, replication}(Luck::kNoise, 0).normal(0, p.noise);
  Fingerprint print;
  print.add(y);
  return {{1}, {y}, {}, print.value()};
}

const char* Ishigami::experiment() {
  return R"toml(question = "Which input moves the Ishigami function?"
model = "ishigami"
responses = [{ id = "y", indicator = "y", year = 1 }]
[design]
kind = "saltelli"
n = 1024
policies = ["none"]
baseline = "none"
replications = 1
seed = 1
[factors]
x1 = { dist = "uniform(-3.141592653589793, 3.141592653589793)", unit = "rad" }
x2 = { dist = "uniform(-3.141592653589793, 3.141592653589793)", unit = "rad" }
x3 = { dist = "uniform(-3.141592653589793, 3.141592653589793)", unit = "rad" }
)toml";
}

}  // namespace tavolo::engine
