#include "engine/experiment/cluster.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "engine/error.h"
#include "engine/experiment/run_maker.h"
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

/// Rank 0: hands out runs until all have been asked for, or a stop is.
void hand_out(const Experiment& experiment, const std::vector<RunStatus>& statuses,
              const SweepOptions& options, int ranks) {
  const std::size_t points = experiment.point_count(), total = statuses.size();
  std::size_t next = 0;
  const auto wanted = [&](std::size_t position) {
    const Job job = job_at(experiment, position);
    const auto status = statuses[static_cast<std::size_t>(job.replication) * points + job.point];
    return status == RunStatus::kMissing || (options.retry && status != RunStatus::kDone);
  };
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
    MPI_Recv(nullptr, 0, MPI_BYTE, from.MPI_SOURCE, kAsk, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    // Ever smaller portions of what is left, so that all end together.
    const std::size_t portion = std::clamp(
        (total - next) / (kPortion * static_cast<std::size_t>(ranks)), std::size_t{1}, kMost);
    std::vector<std::uint64_t> jobs;
    while (!options.stop_requested() && next < total && jobs.size() < portion) {
      if (wanted(next)) jobs.push_back(next);
      ++next;
    }
    if (jobs.empty()) --working;
    MPI_Send(jobs.data(), static_cast<int>(jobs.size()), MPI_UINT64_T, from.MPI_SOURCE, kJobs,
             MPI_COMM_WORLD);
  }
}

/// Every other rank.
void work(const Experiment& experiment, const ModelFamily& family, const SweepOptions& options,
          int rank) {
  StoreWriter shard{shard_of(options.store, rank), experiment, options.most_bytes};
  RunMaker maker{experiment, family, 2};
  std::vector<std::uint64_t> jobs(256);
  while (true) {
    MPI_Send(nullptr, 0, MPI_BYTE, 0, kAsk, MPI_COMM_WORLD);
    MPI_Status got;
    MPI_Recv(jobs.data(), static_cast<int>(jobs.size()), MPI_UINT64_T, 0, kJobs, MPI_COMM_WORLD,
             &got);
    int count = 0;
    MPI_Get_count(&got, MPI_UINT64_T, &count);
    if (count == 0) break;
    for (int i = 0; i < count; ++i) {
      const Job job = job_at(experiment, jobs[static_cast<std::size_t>(i)]);
      shard.add(maker.make(job.point, job.replication));
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
    if (tell(0)) {
      work(experiment, family, options, ranks.rank());
      MPI_Barrier(MPI_COMM_WORLD);
    }
    return {};
  }
  SweepOutcome outcome;
  std::unique_ptr<StoreWriter> store;
  std::vector<RunStatus> statuses;
  try {
    if (!std::filesystem::exists(options.store)) check_points(experiment, family);
    store = std::make_unique<StoreWriter>(options.store, experiment, options.most_bytes);
    merge_shards(*store, options.store);
    std::filesystem::create_directories(shards_of(options.store));
    statuses = store->statuses();
  } catch (...) {
    tell(0);
    throw;
  }
  tell(1);
  hand_out(experiment, statuses, options, ranks.count());
  MPI_Barrier(MPI_COMM_WORLD);
  merge_shards(*store, options.store);
  outcome.points = experiment.point_count();
  outcome.runs = statuses.size();
  const auto now = store->statuses();
  for (std::size_t i = 0; i < now.size(); ++i) {
    ++outcome.counts[static_cast<std::size_t>(now[i])];
    if (statuses[i] == RunStatus::kMissing && now[i] != RunStatus::kMissing) ++outcome.made_now;
  }
  store->close();
  outcome.done = outcome.counts[1];
  outcome.failed = failures(outcome.counts);
  outcome.interrupted = outcome.counts[0] > 0;
  return outcome;
}

#endif

}  // namespace tavolo::engine
