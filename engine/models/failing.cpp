#include "engine/models/failing.h"

#include <array>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <thread>

#include "engine/error.h"
#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::engine {

std::vector<Field<Failing::Parameters>> Failing::fields() {
  using P = Parameters;
  static const std::vector<Field<P>> list{
      {.key = "x", .member = &P::x, .unit = "1", .meaning = "what good runs record, plus luck"},
      {.key = "share",
       .member = &P::share,
       .unit = "0..1",
       .meaning = "of runs that fail",
       .range = {0, 1}},
      {.key = "how",
       .member = &P::how,
       .unit = "",
       .meaning = "how they fail",
       .one_of = {"throw", "nan", "crash", "exit", "hang", "mixed"}}};
  return list;
}

std::vector<std::string> Failing::policies() { return {"none"}; }

std::vector<Indicator> Failing::indicators(const Parameters&) {
  return {{"y", "1", "x plus luck, uniform on (0, 1)"}};
}

Record Failing::run(const Parameters& p, const std::string&, std::uint64_t seed,
                    std::uint64_t replication) {
  enum class Luck { kFailure = 1, kKind = 2, kValue = 3 };
  const Streams luck{seed, replication};
  const auto place = std::bit_cast<std::uint64_t>(p.x);
  double y = p.x + luck(Luck::kValue, place).uniform();
  if (luck(Luck::kFailure, place).uniform() < p.share) {
    constexpr std::array<const char*, 4> kMixed{"throw", "nan", "crash", "hang"};
    const auto kind = static_cast<std::size_t>(4 * luck(Luck::kKind, place).uniform());
    const std::string how = p.how == "mixed" ? kMixed[kind] : p.how;
    if (how == "throw") throw RunError{"failed on request"};
    if (how == "crash") std::abort();
    if (how == "exit") std::_Exit(7);
    while (how == "hang") std::this_thread::sleep_for(std::chrono::seconds{1});
    y = std::numeric_limits<double>::quiet_NaN();
  }
  Fingerprint print;
  print.add(y);
  return {{1}, {y}, {}, print.value()};
}

const char* Failing::experiment() {
  return R"toml(question = "What becomes of runs that fail?"
model = "failing"
responses = [{ id = "y", indicator = "y", year = 1 }]
[design]
kind = "sobol"
n = 200
policies = ["none"]
baseline = "none"
replications = 1
seed = 1
[factors]
x = { dist = "uniform(0, 1)", unit = "1" }
share = { dist = "uniform(0.1, 0.3)", unit = "0..1" }
)toml";
}

}  // namespace tavolo::engine
