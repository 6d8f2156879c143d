#include "engine/write_file.h"

#include <filesystem>
#include <fstream>

#include "engine/error.h"

namespace tavolo::engine {

void write_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  {
    std::ofstream out{part, std::ios::binary};
    out << text;
    if (!out.flush())
      throw InputError{part + " cannot be written.", "The disk is full, or no file may be made.",
                       "Free space, and give the same command again."};
  }
  std::filesystem::rename(part, path);
}

}  // namespace tavolo::engine
