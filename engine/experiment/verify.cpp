#include "engine/experiment/verify.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "engine/experiment/chronicle.h"
#include "engine/experiment/run_maker.h"

namespace tavolo::engine {
namespace {

struct Stored {
  std::int64_t id;
  std::size_t point;
  int replication;
  std::string digest;
};

std::vector<Stored> chosen(const StoreReader& store, std::size_t n) {
  std::vector<Stored> all, result;
  Statement query{store.database(),
                  "SELECT run_id, design_id, replication, digest FROM run WHERE status = 'done' "
                  "ORDER BY run_id"};
  while (query.step())
    all.push_back({query.integer(0), static_cast<std::size_t>(query.integer(1) - 1),
                   static_cast<int>(query.integer(2)), query.text(3)});
  const std::size_t count = std::min(n, all.size());
  for (std::size_t i = 0; i < count; ++i) result.push_back(all[i * all.size() / count]);
  return result;
}

}  // namespace

Verification verify(const StoreReader& store, const Experiment& experiment,
                    const ModelFamily& family, std::size_t n, const std::vector<int>& threads) {
  const auto runs = chosen(store, n);
  Verification verification;
  verification.runs = runs.size();
  for (const int count : threads) {
    const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(count)};
    tbb::task_arena arena{count};
    RunMaker maker{experiment, family, runs.size()};
    std::vector<std::string> now(runs.size());
    arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, runs.size(), [&](std::size_t i) {
        const auto result = tbb::this_task_arena::isolate(
            [&] { return maker.make(runs[i].point, runs[i].replication); });
        now[i] = result.status == RunStatus::kDone ? fingerprint_text(result.digest) : result.error;
      });
    });
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (now[i] != runs[i].digest)
        verification.mismatches.push_back({runs[i].id, count, runs[i].digest, now[i]});
  }
  return verification;
}

}  // namespace tavolo::engine
