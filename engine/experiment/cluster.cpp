#include "engine/experiment/cluster.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

#include "engine/error.h"
#include "engine/experiment/progress.h"
#include "engine/experiment/run_maker.h"
#include "engine/experiment/stages.h"
#include "engine/experiment/store.h"

#ifdef TAVOLO_MPI
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace tavolo::engine {

int started_together() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE"})
    if (const char* size = std::getenv(name)) return std::max(1, std::atoi(size));
  return 1;
}

std::string shards_of(const std::string& store) { return store + ".shards"; }

namespace {

/// Takes over every shard that there is, and removes it.
void merge_shards(StoreWriter& store, const std::string& path) {
  const std::filesystem::path folder = shards_of(path);
  if (!std::filesystem::exists(folder)) return;
  std::vector<std::string> shards;
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    if (entry.path().extension() == ".sqlite") shards.push_back(entry.path().string());
  std::sort(shards.begin(), shards.end());
  for (const auto& shard : shards) {
    // A job that was killed at once leaves files without tables.
    if (std::filesystem::file_size(shard) > 0) {
      const Database database{shard, Database::Mode::kRead};
      Statement tables{database, "SELECT count(*) FROM sqlite_schema"};
      if (tables.step() && tables.integer(0) == 0) {
        std::filesystem::remove(shard);
        continue;
      }
    } else {
      std::filesystem::remove(shard);
      continue;
    }
    store.merge(shard);
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(shard + suffix);
  }
  std::error_code not_empty;
  std::filesystem::remove(folder, not_empty);
}

/// By this process alone; what a job of several left behind is merged first.
SweepOutcome run_alone(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options) {
  if (std::filesystem::exists(options.store) && std::filesystem::exists(shards_of(options.store))) {
    StoreWriter store{options.store, experiment, options.most_bytes};
    merge_shards(store, options.store);
    store.close();
  }
  return run_sweep(experiment, family, options);
}

}  // namespace

#ifndef TAVOLO_MPI

Ranks::Ranks() {
  if (started_together() > 1)
    throw InputError{"this tavolo was built without MPI.",
                     "Started by mpirun, its processes would all make the same runs.",
                     "Install libopenmpi-dev and build again, or make shards: --shard 0/4 …."};
}
Ranks::~Ranks() = default;
void Ranks::abort() const {}

SweepOutcome run_ranked_sweep(const Ranks&, const Experiment& experiment, const ModelFamily& family,
                              const SweepOptions& options) {
  return run_sweep(experiment, family, options);
}

#else

namespace {

enum Tag { kAsk = 1, kJobs = 2 };

std::string shard_of(const std::string& store, int rank) {
  std::string number = std::to_string(rank);
  number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
  return shards_of(store) + "/" + number + ".sqlite";
}

/// What a rank says when it asks for runs: how many of this stage it has made, and how they went.
struct Made {
  std::uint64_t runs = 0, failed = 0;
};

/// Rank 0: hands out the runs of a stage until all have been asked for, or a stop is.
/// @return whether it stopped at the failure limit
bool hand_out(Missing& missing, const SweepOptions& options, int ranks, Progress& progress) {
  const auto began = std::chrono::steady_clock::now();
  const RunCounts before = missing.counts();
  const std::size_t asked = std::accumulate(before.begin(), before.end(), std::size_t{0});
  const std::size_t again = options.retry ? failures(before) : 0;
  std::vector<Made> of_rank(static_cast<std::size_t>(ranks));
  Pace pace;
  bool too_many = options.failure_limit.exceeded(failures(before) - again, asked);
  constexpr std::size_t kMost = 256, kPortion = 16;
  constexpr std::chrono::microseconds kPause{200};
  for (int working = ranks - 1; working > 0;) {
    int waiting = 0;
    MPI_Status from;
    MPI_Iprobe(MPI_ANY_SOURCE, kAsk, MPI_COMM_WORLD, &waiting, &from);
    if (waiting == 0) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    auto& made = of_rank[static_cast<std::size_t>(from.MPI_SOURCE)];
    MPI_Recv(&made, 2, MPI_UINT64_T, from.MPI_SOURCE, kAsk, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    Made all;
    for (const auto& rank : of_rank) {
      all.runs += rank.runs;
      all.failed += rank.failed;
    }
    pace.see(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
             all.runs);
    const std::size_t failed = failures(before) - again + all.failed;
    too_many = too_many || options.failure_limit.exceeded(failed, asked);
    progress.update(before[1] + all.runs - all.failed, failed, asked, pace.speed());
    // Ever smaller portions of what is left, so that all end together.
    const std::size_t portion = std::clamp(
        missing.left() / (kPortion * static_cast<std::size_t>(ranks)), std::size_t{1}, kMost);
    std::vector<std::int64_t> jobs;
    while (!options.stop_requested() && !too_many && jobs.size() < portion) {
      const auto job = missing.next();
      if (!job) break;
      jobs.push_back(run_id(job->point, job->replication));
    }
    if (jobs.empty()) --working;
    MPI_Send(jobs.data(), static_cast<int>(jobs.size()), MPI_INT64_T, from.MPI_SOURCE, kJobs,
             MPI_COMM_WORLD);
  }
  return too_many;
}

/// Every other rank, for a stage.
void work(const Experiment& experiment, RunMaker& maker, const SweepOptions& options, int rank) {
  StoreWriter shard{shard_of(options.store, rank), experiment, options.most_bytes};
  std::vector<std::int64_t> jobs(256);
  Made made;
  while (true) {
    MPI_Send(&made, 2, MPI_UINT64_T, 0, kAsk, MPI_COMM_WORLD);
    MPI_Status got;
    MPI_Recv(jobs.data(), static_cast<int>(jobs.size()), MPI_INT64_T, 0, kJobs, MPI_COMM_WORLD,
             &got);
    int count = 0;
    MPI_Get_count(&got, MPI_INT64_T, &count);
    if (count == 0) break;
    for (int i = 0; i < count; ++i) {
      const std::int64_t id = jobs[static_cast<std::size_t>(i)] - 1;
      const auto result = maker.make(static_cast<std::size_t>(id % kPointsApart),
                                     static_cast<int>(id / kPointsApart));
      shard.add(result);
      ++made.runs;
      if (result.status != RunStatus::kDone) ++made.failed;
    }
    shard.commit_if_due();
  }
  shard.close();
}

}  // namespace

Ranks::Ranks() {
  if (started_together() < 2) return;
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &count_);
}

Ranks::~Ranks() {
  if (count_ > 1) MPI_Finalize();
}

void Ranks::abort() const {
  constexpr int kStatus = 2;  // as for any input that cannot be used
  if (count_ > 1) MPI_Abort(MPI_COMM_WORLD, kStatus);
}

SweepOutcome run_ranked_sweep(const Ranks& ranks, const Experiment& experiment,
                              const ModelFamily& family, const SweepOptions& options) {
  if (ranks.count() == 1) return run_alone(experiment, family, options);
  if (options.processes > 0 || options.shards > 1)
    throw InputError{"mpirun and --processes, --timeout or --shard exclude one another.",
                     "Each of them says who makes which runs.", "Leave one of them out."};
  // Rank 0 says whether there is anything to do: 1 go on, 0 it failed.
  const auto tell = [](int go) {  // what rank 0 says is what all are told
    MPI_Bcast(&go, 1, MPI_INT, 0, MPI_COMM_WORLD);
    return go == 1;
  };
  if (ranks.rank() != 0) {
    RunMaker maker{experiment, family, 2};
    while (tell(0)) {
      work(experiment, maker, options, ranks.rank());
      MPI_Barrier(MPI_COMM_WORLD);
    }
    return {};
  }
  SweepOutcome outcome;
  try {
    if (!std::filesystem::exists(options.store)) check_points(experiment, family);
    StoreWriter store{options.store, experiment, options.most_bytes};
    merge_shards(store, options.store);
    std::optional<Stages> stages{experiment};
    SweepOptions now = options;
    Progress progress{options.progress};
    while (true) {
      decide_stages(*stages, experiment, store);
      Missing missing{experiment, *stages, now, store.statuses(stages->most_asked())};
      outcome.counts = missing.counts();
      if (missing.count() == 0) {
        outcome.too_many_failures = false;
        break;
      }
      std::filesystem::create_directories(shards_of(options.store));
      tell(1);
      outcome.too_many_failures = hand_out(missing, now, ranks.count(), progress);
      MPI_Barrier(MPI_COMM_WORLD);
      merge_shards(store, options.store);
      const auto after = store.statuses(stages->most_asked());
      outcome.counts = Missing{experiment, *stages, {}, after}.counts();
      outcome.made_now += missing.counts()[0] - outcome.counts[0];
      outcome.interrupted = outcome.counts[0] > 0 && !outcome.too_many_failures;
      if (outcome.counts[0] > 0) break;
      if (now.retry) stages.emplace(experiment);
      now.retry = false;
    }
    outcome.stages = stages->rows();
    store.close();
  } catch (...) {
    tell(0);
    throw;
  }
  tell(0);
  outcome.points = experiment.point_count();
  outcome.runs = std::accumulate(outcome.counts.begin(), outcome.counts.end(), std::size_t{0});
  outcome.done = outcome.counts[1];
  outcome.failed = failures(outcome.counts);
  return outcome;
}

#endif

}  // namespace tavolo::engine
