#include "engine/write_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/error.h"

namespace tavolo::engine {
namespace {

class WrittenFile : public testing::Test {
 protected:
  std::filesystem::path folder = std::filesystem::path{testing::TempDir()} / "tavolo_write_file";
  void SetUp() override {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string path(const char* name) const { return (folder / name).string(); }
  std::string text(const char* name) const {
    std::ifstream in{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  auto entries() const {
    return std::distance(std::filesystem::directory_iterator{folder},
                         std::filesystem::directory_iterator{});
  }
};

TEST_F(WrittenFile, HoldsTheTextAndReplacesTheOldOne) {
  write_file(path("a.csv"), "a longer text\n");
  write_file(path("a.csv"), "new\n");
  EXPECT_EQ(text("a.csv"), "new\n");
  EXPECT_EQ(entries(), 1);
}

TEST_F(WrittenFile, StaysAsItWasWhenTheStreamFails) {
  write_file(path("a.csv"), "old\n");
  EXPECT_THROW(write_file(path("a.csv"),
                          [](std::ostream& out) {
                            out << "half";
                            out.setstate(std::ios::badbit);  // a disk that is full
                          }),
               InputError);
  EXPECT_EQ(text("a.csv"), "old\n");
  EXPECT_EQ(entries(), 1);
}

TEST_F(WrittenFile, IsRefusedWhereNoFileCanBe) {
  std::filesystem::create_directory(folder / "taken");
  EXPECT_THROW(write_file(path("taken"), "x"), InputError);
  EXPECT_THROW(write_file(path("no/folder.csv"), "x"), InputError);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace tavolo::engine
