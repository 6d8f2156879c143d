#include "engine/experiment/version.h"

// Passed by the build; a library compiled by hand has no version to name.
#ifndef TAVOLO_VERSION
#define TAVOLO_VERSION "unversioned"
#endif

namespace tavolo::engine {

std::string code_version() { return TAVOLO_VERSION; }

std::string compiler() {
#if defined(__clang__)
  std::string name = "clang " __clang_version__;
#else
  std::string name = "gcc " __VERSION__;
#endif
#if defined(__x86_64__)
  name += ", x86_64";
#elif defined(__aarch64__)
  name += ", aarch64";
#endif
  return name;
}

}  // namespace tavolo::engine
