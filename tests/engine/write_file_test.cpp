#include "engine/write_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

#include "engine/error.h"
#include "tests/support/own_folder.h"

namespace tavolo::engine {
namespace {

class WrittenFile : public test::InOwnFolder {};

TEST_F(WrittenFile, HoldsTheTextAndReplacesTheOldOne) {
  write_file(path("a.csv"), "a longer text\n");
  write_file(path("a.csv"), "new\n");
  EXPECT_EQ(read("a.csv"), "new\n");
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
  EXPECT_EQ(read("a.csv"), "old\n");
  EXPECT_EQ(entries(), 1);
}

TEST_F(WrittenFile, IsRefusedWhereNoFileCanBe) {
  std::filesystem::create_directory(path("taken"));
  EXPECT_THROW(write_file(path("taken"), "x"), InputError);
  EXPECT_THROW(write_file(path("no/folder.csv"), "x"), InputError);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace tavolo::engine
