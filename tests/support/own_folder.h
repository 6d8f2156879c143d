#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp, of POSIX

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace tavolo::test {

/// A new folder, gone with this object. Nobody else has it: tests run side by side, in many
/// processes of one test each or in few of many, so that neither a name nor a process number that
/// a test chooses by itself is its own.
class OwnFolder {
 public:
  /// @param in another place than that for temporary files, ending in a slash
  explicit OwnFolder(const std::string& in = testing::TempDir()) {
    std::string name = in + "tavolo_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder: " + name};
    folder_ = name;
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  std::string path(const std::string& name = {}) const {
    return (name.empty() ? folder_ : folder_ / name).string();
  }

  /// Writes a file, with the folders it lies in, and returns its path.
  std::string write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream file{path(name), std::ios::binary};
    file << text;
    file.close();
    if (!file) throw std::runtime_error{"cannot be written: " + path(name)};
    return path(name);
  }

  /// What a file holds; nothing where there is none.
  std::string read(const std::string& name) const {
    std::ifstream file{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  /// The number of files and folders in it.
  std::ptrdiff_t entries() const {
    return std::distance(std::filesystem::directory_iterator{folder_},
                         std::filesystem::directory_iterator{});
  }

 private:
  std::filesystem::path folder_;
};

/// A test with a folder of its own.
class InOwnFolder : public testing::Test {
 protected:
  std::string path(const std::string& name = {}) const { return folder_.path(name); }
  std::string write(const std::string& name, std::string_view text) const {
    return folder_.write(name, text);
  }
  std::string read(const std::string& name) const { return folder_.read(name); }
  std::ptrdiff_t entries() const { return folder_.entries(); }

 private:
  OwnFolder folder_;
};

}  // namespace tavolo::test
