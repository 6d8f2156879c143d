// The workload consumer_choice, version 1: consumers in a small world replace their cars by a logit
// over 24 alternatives whose utility rises with the share of their neighbours who drive the same
// powertrain. On the engine's own population, network and choice, by the same functions that
// agents/ uses, beside a plain loop as the yardstick.
//
//   consumer_choice [N] [threads] [seed]        N = 1000000, 1 thread, seed 1
//
// Right answer at N = 1 million, mean of final shares (standard deviation of one run): ICE 0.61808
// (0.0007), HEV 0.20604 (0.0006), PHEV 0.06271 (0.0003), BEV 0.11318 (0.0003). A run that misses
// one of them by more than four standard deviations, which grow with 1 / sqrt(N), ends with
// status 1.

#include <sys/resource.h>
#include <tbb/global_control.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "engine/logit.h"
#include "engine/neighbours.h"
#include "engine/network.h"
#include "engine/parallel.h"
#include "engine/population.h"
#include "engine/random.h"
#include "engine/scan.h"

namespace {

using namespace tavolo::engine;

enum class Chance { network, attributes, replaces, taste };

constexpr std::size_t kAlternatives = 24, kPowertrains = 4;
constexpr int kSteps = 20;
constexpr double kReplace = 0.15;
constexpr float kRangeUtils = 0.15f, kPeerUtils = 2;
constexpr std::array<float, kAlternatives> kPrice{
    1.2f, 1.32f, 1.56f, 1.5f,  1.8f, 1.98f, 2.34f, 2.25f, 2.6f, 2.86f, 3.38f, 3.25f,
    3.4f, 3.74f, 4.42f, 4.25f, 4.6f, 5.06f, 5.98f, 5.75f, 6.5f, 7.15f, 8.45f, 8.125f};
constexpr std::array<float, kAlternatives> kRange{7, 9, 8, 2.2f, 7, 9, 8, 3.0f, 7, 9, 8, 3.6f,
                                                  7, 9, 8, 4.2f, 7, 9, 8, 4.8f, 7, 9, 8, 5.5f};
constexpr std::array<float, kAlternatives> kConstant{
    0.0f, -0.2f, -0.5f, 0.6f, 0.9f, 0.7f, 0.4f, 1.5f, 1.5f, 1.3f, 1.0f, 2.1f,
    1.9f, 1.7f,  1.4f,  2.5f, 2.6f, 2.4f, 2.1f, 3.2f, 3.6f, 3.4f, 3.1f, 4.2f};
constexpr std::array<double, kPowertrains> kFirstShares{0.85, 0.10, 0.03, 0.02};
constexpr std::array<double, kPowertrains> kRightShares{0.61808, 0.20604, 0.06271, 0.11318};
constexpr std::array<double, kPowertrains> kStdDev{0.0007, 0.0006, 0.0003, 0.0003};  // N = 1e6

struct Consumers : Population<Consumers> {
  Column<float> price_sensitivity;  // b, utils per 10 thousand EUR
  Column<std::uint8_t> powertrain;  // of the car at the start of the step
  Column<std::uint8_t> next;        // of the car at its end
  static auto columns(auto& self) {
    return std::tie(self.price_sensitivity, self.powertrain, self.next);
  }
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Consumers first_consumers(std::size_t n, const Streams& luck) {
  Consumers all;
  all.resize(n);
  for_each_row(all, [&](Consumers::Id id) {
    const auto u = luck(Chance::attributes, id.row()).block();
    all.price_sensitivity[id] = static_cast<float>(0.5 + u[0]);
    std::uint8_t k = 0;
    double sum = kFirstShares[0];
    while (k + 1U < kPowertrains && u[1] >= sum) sum += kFirstShares[++k];
    all.powertrain[id] = all.next[id] = k;
  });
  return all;
}

/// Of all threads on cores: other programs on the machine do not count.
double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

using Shares = std::array<double, kPowertrains>;

Shares shares_of(const Consumers& all) {
  Shares shares{};
  const auto count = count_below<kPowertrains>(all.powertrain.values());
  for (std::size_t k = 0; k < kPowertrains; ++k)
    shares[k] = static_cast<double>(count[k]) / static_cast<double>(all.rows());
  return shares;
}

/// What is the same for all consumers, by alternative.
struct Alternative {
  float constant, price;
  std::size_t powertrain;
};

std::array<Alternative, kAlternatives> all_alternatives() {
  std::array<Alternative, kAlternatives> all{};
  for (std::size_t j = 0; j < kAlternatives; ++j)
    all[j] = {kConstant[j] + kRangeUtils * kRange[j], kPrice[j], j % kPowertrains};
  return all;
}

void step(Consumers& all, const Network& network,
          const std::array<Alternative, kAlternatives>& alternatives, const Streams& luck) {
  constexpr std::size_t kLanes = WordLanes::kLanes, kRun = WordLanes::kBlock * kLanes;
  constexpr std::size_t kBlock = 128 * kRun;
  constexpr auto kLimit = static_cast<std::uint32_t>(kReplace * 0x1p32);
  static constexpr auto kObjects = [] {
    std::array<std::uint32_t, kAlternatives> objects{};
    std::iota(objects.begin(), objects.end(), 0U);
    return objects;
  }();
  const auto replaces = luck.words(Chance::replaces), tastes = luck.words(Chance::taste);
  const auto driven = all.powertrain.values();
  for_each_block(all.rows(), kBlock, [&](std::size_t, std::size_t first, std::size_t last) {
    std::array<std::uint32_t, kBlock + kLanes> buyers;
    std::size_t count = 0;
    vectorised([&]() TAVOLO_IN_LOOP {
      // who replaces its car: a word each
      std::uint32_t words[kRun], agents[kLanes];
      const std::uint32_t occasions[kLanes] = {};
      for (std::size_t row = first; row < last; row += kRun) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
          agents[lane] = static_cast<std::uint32_t>(row / WordLanes::kBlock + lane);
        replaces.fill(agents, occasions, 0, words);
        for (std::size_t i = 0; i < std::min(kRun, last - row); ++i) {
          buyers[count] = static_cast<std::uint32_t>(row + i);
          count += words[i] < kLimit ? 1 : 0;
        }
      }
      // lanes without a buyer at the end repeat one
      for (std::size_t i = count; count > 0 && i % kLanes != 0; ++i) buyers[i] = buyers[0];

      for (std::size_t b = 0; b < count; b += kLanes) {
        alignas(64) float sensitivity[kLanes], best[kLanes], peer[kPowertrains][kLanes];
        alignas(64) std::int32_t chosen[kLanes];
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const std::uint32_t buyer = buyers[b + lane];
          fetch_ahead(network, driven, std::span{buyers}.first(count), b + lane);
          const auto counts = count_states(network, driven, buyer);
          const auto peers = network.neighbours(buyer).size();
          const float scale = peers == 0 ? 0 : kPeerUtils / static_cast<float>(peers);
          for (std::size_t k = 0; k < kPowertrains; ++k)
            peer[k][lane] = scale * static_cast<float>(counts[k]);
          sensitivity[lane] = all.price_sensitivity[Consumers::Id{buyer}];
          best[lane] = -std::numeric_limits<float>::max();
        }
        choose_by_logit(tastes, &buyers[b], occasions, kObjects, 1.0f, best, chosen,
                        [&](std::size_t j) TAVOLO_IN_LOOP {
                          const Alternative& of = alternatives[j];
                          const float* liked = peer[of.powertrain];
                          return [=, &sensitivity](std::size_t lane) TAVOLO_IN_LOOP {
                            return of.constant - sensitivity[lane] * of.price + liked[lane];
                          };
                        });
        for (std::size_t lane = 0; lane < std::min(kLanes, count - b); ++lane)
          all.next[Consumers::Id{buyers[b + lane]}] = static_cast<std::uint8_t>(
              alternatives[static_cast<std::size_t>(chosen[lane])].powertrain);
      }
    });
  });
  all.powertrain = all.next;
}

/// The yardstick: the same model as one would first write it.
Shares plain_run(std::size_t n, const Network& network, const Consumers& start, std::uint64_t seed,
                 double& time) {
  std::vector<std::uint8_t> driven, next;
  std::vector<float> sensitivity;
  for (std::uint32_t i = 0; i < n; ++i) {
    driven.push_back(start.powertrain[Consumers::Id{i}]);
    sensitivity.push_back(start.price_sensitivity[Consumers::Id{i}]);
  }
  next = driven;
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<float> uniform;
  Shares shares{};
  const double start_s = cpu_seconds();
  for (int step = 0; step < kSteps; ++step) {
    for (std::uint32_t i = 0; i < n; ++i) {
      if (uniform(random) >= static_cast<float>(kReplace)) continue;
      std::array<float, kPowertrains> share{};
      const auto peers = network.neighbours(i);
      for (const std::uint32_t peer : peers) share[driven[peer]] += 1;
      std::array<float, kAlternatives> weight;
      float sum = 0;
      for (std::size_t j = 0; j < kAlternatives; ++j) {
        const float peer =
            peers.empty() ? 0 : share[j % kPowertrains] / static_cast<float>(peers.size());
        sum += weight[j] = std::exp(kConstant[j] - sensitivity[i] * kPrice[j] +
                                    kRangeUtils * kRange[j] + kPeerUtils * peer);
      }
      float left = uniform(random) * sum;
      std::size_t j = 0;
      while (j + 1 < kAlternatives && (left -= weight[j]) >= 0) ++j;
      next[i] = static_cast<std::uint8_t>(j % kPowertrains);
    }
    driven = next;
    shares = {};
    for (const std::uint8_t k : driven) shares[k] += 1.0 / static_cast<double>(n);
  }
  time = cpu_seconds() - start_s;
  return shares;
}

void print_shares(const char* name, const Shares& shares) {
  std::printf("%-22s ICE %.5f  HEV %.5f  PHEV %.5f  BEV %.5f\n", name, shares[0], shares[1],
              shares[2], shares[3]);
}

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int i, long otherwise) {
    return count > i ? std::atol(arguments[i]) : otherwise;
  };
  const auto n = static_cast<std::uint32_t>(argument(1, 1'000'000));
  const auto threads = static_cast<std::size_t>(argument(2, 1));
  const auto seed = static_cast<std::uint64_t>(argument(3, 1));
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism, threads};
  const Streams luck{seed, 0};
  const auto alternatives = all_alternatives();

  const double start = seconds();
  const Network network = small_world(std::array{n}, 10, 0.1, luck, Chance::network);
  Consumers consumers = first_consumers(n, luck);
  const Consumers at_start = consumers;
  std::printf("N %u, threads %zu, seed %llu; built in %.2f s\n", n, threads,
              static_cast<unsigned long long>(seed), seconds() - start);

  Shares shares{};
  const double loop = seconds(), loop_cpu = cpu_seconds();
  for (int i = 0; i < kSteps; ++i) {
    step(consumers, network, alternatives, luck.at(static_cast<std::uint32_t>(i)));
    shares = shares_of(consumers);
  }
  const double time = seconds() - loop, cpu_time = cpu_seconds() - loop_cpu;
  const double agent_steps = static_cast<double>(n) * kSteps;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "%.1f million agent-steps/s, %.1f a core by CPU time; %.1f ns of it a decision; "
      "peak memory %.0f MB\n",
      agent_steps / time * 1e-6, agent_steps / cpu_time * 1e-6,
      cpu_time / (agent_steps * kReplace) * 1e9, static_cast<double>(usage.ru_maxrss) / 1024);
  print_shares("final shares", shares);

  double plain_time = 0;
  const Shares plain = plain_run(n, network, at_start, seed, plain_time);
  print_shares("plain loop", plain);
  std::printf(
      "plain loop: %.1f million agent-steps/s a core by CPU time; ours is %.1f times that\n",
      agent_steps / plain_time * 1e-6, plain_time / cpu_time);

  bool right = true;
  for (std::size_t k = 0; k < kPowertrains; ++k) {
    const double z = (shares[k] - kRightShares[k]) / (kStdDev[k] * std::sqrt(1e6 / n));
    right = right && std::abs(z) < 4;
  }
  std::printf("%s\n", right ? "within four standard deviations of the right shares"
                            : "NOT the right shares");
  return right ? 0 : 1;
}
