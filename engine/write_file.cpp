#include "engine/write_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/error.h"

namespace tavolo::engine {

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  const std::string part = path + ".part";
  std::error_code error;
  std::ofstream out{part, std::ios::binary};
  if (out) write(out);
  out.close();
  if (out) std::filesystem::rename(part, path, error);
  if (out && !error) return;
  std::filesystem::remove(part, error);
  throw InputError{path + " cannot be written.", "The disk is full, or it is no place for a file.",
                   "Check the folder, its permissions and the room on the disk."};
}

void write_file(const std::string& path, const std::string& text) {
  write_file(path, [&](std::ostream& out) { out << text; });
}

}  // namespace tavolo::engine
