#include "engine/experiment/run_maker.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <set>

namespace tavolo::engine {
namespace {

std::string utc_now() {
  // Text of one second serves all runs that begin in it.
  thread_local std::time_t second = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[32];
    std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
    second = now;
    text = buffer;
  }
  return text;
}

/// What is wrong with a record: it cannot be stored as numbers. "" when it is sound.
std::string flaw_of(const Record& record, std::span<const Indicator> indicators,
                    std::span<const Indicator> monthly) {
  if (record.years.empty()) return "no year was recorded";
  if (record.values.size() != record.years.size() * indicators.size())
    return std::to_string(record.values.size()) + " values were recorded, not " +
           std::to_string(record.years.size()) + " years of " + std::to_string(indicators.size()) +
           " indicators";
  for (std::size_t y = 1; y < record.years.size(); ++y)
    if (record.years[y] <= record.years[y - 1])
      return "the year " + std::to_string(record.years[y]) + " was recorded after " +
             std::to_string(record.years[y - 1]);
  for (std::size_t i = 0; i < record.values.size(); ++i)
    if (!std::isfinite(record.values[i]))
      return "the indicator " + indicators[i % indicators.size()].name + " of " +
             std::to_string(record.years[i / indicators.size()]) + " is not a number";
  if (monthly.empty() ? !record.monthly.empty() : record.monthly.size() % monthly.size() != 0)
    return std::to_string(record.monthly.size()) + " values by month were recorded, of " +
           std::to_string(monthly.size()) + " indicators";
  for (std::size_t i = 0; i < record.monthly.size(); ++i)
    if (!std::isfinite(record.monthly[i]))
      return "the monthly indicator " + monthly[i % monthly.size()].name + " of " +
             (record.first_month + static_cast<int>(i / monthly.size())).text() +
             " is not a number";
  return {};
}

}  // namespace

RunMaker::RunMaker(const Experiment& experiment, const ModelFamily& family, std::size_t kept)
    : experiment_{experiment},
      family_{family},
      kept_{experiment.by_sample() ? std::max<std::size_t>(1, kept) : experiment.samples()} {}

std::shared_ptr<RunMaker::Slot> RunMaker::slot_of(std::size_t configuration) {
  const std::lock_guard lock{mutex_};
  auto& slot = slots_[configuration];
  if (!slot) {
    slot = std::make_shared<Slot>();
    const auto made = slot;  // the reference ends with what is erased
    order_.push_back(configuration);
    if (order_.size() > kept_) {
      slots_.erase(order_.front());
      order_.pop_front();
    }
    return made;
  }
  return slot;
}

void RunMaker::fill(Slot& slot, std::size_t configuration) const {
  std::call_once(slot.once, [&] {
    const std::size_t first = experiment_.first_point(configuration);
    try {
      slot.model = family_.prepare(experiment_.scenario, experiment_.point(first).overrides);
    } catch (const std::exception& error) {
      slot.refusal = error.what();
    }
  });
}

void RunMaker::prepare(const std::vector<std::size_t>& configurations) {
  std::vector<std::string> refusals(configurations.size());
  tbb::parallel_for(std::size_t{0}, configurations.size(), [&](std::size_t i) {
    const auto slot = slot_of(configurations[i]);
    fill(*slot, configurations[i]);
    refusals[i] = slot->refusal;
  });
  std::string all;
  std::set<std::string> seen;  // one mistake in the scenario is met at every point
  for (const auto& refusal : refusals)
    if (!refusal.empty() && seen.insert(refusal).second)
      all += (all.empty() ? "" : "\n\n") + refusal;
  if (!all.empty()) throw InputError{all};
}

RunResult RunMaker::make(std::size_t point, int replication) {
  RunResult result;
  result.point = point;
  result.replication = replication;
  result.started = utc_now();
  const std::size_t configuration = experiment_.configuration_of(point);
  const auto slot = slot_of(configuration);
  fill(*slot, configuration);
  const auto start = std::chrono::steady_clock::now();
  result.status = RunStatus::kFailed;
  if (!slot->model) {
    result.error = "the model refuses this point: " + slot->refusal;
  } else {
    try {
      result.record = slot->model->run(experiment_.policy_of(point),
                                       static_cast<std::uint64_t>(experiment_.seed),
                                       experiment_.luck_of(point, replication));
      result.error = flaw_of(result.record, experiment_.indicators, experiment_.monthly_indicators);
      result.status = result.error.empty() ? RunStatus::kDone : RunStatus::kInvalidOutput;
    } catch (const std::exception& error) {
      result.error = error.what();
    } catch (...) {
      result.error = "something that is no std::exception was thrown";
    }
  }
  result.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (result.status == RunStatus::kDone) {
    result.digest = digest_of(result.record);
  } else {
    result.record = {};
    result.error += how_to_repeat(experiment_, point, replication);
  }
  return result;
}

}  // namespace tavolo::engine
