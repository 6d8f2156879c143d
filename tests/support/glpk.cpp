#include "tests/support/glpk.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/support/own_folder.h"

namespace tavolo::test {
namespace {

bool succeeds(const std::string& command) {
  return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}

}  // namespace

bool has_glpk() {
  static const bool there = succeeds("glpsol --version");
  return there;
}

std::optional<double> glpk_optimum(const std::string& programme) {
  const OwnFolder folder;
  const auto problem = folder.write("problem.lp", programme), answer = folder.path("answer");
  std::optional<double> optimum;
  if (succeeds("glpsol --lp " + problem + " -w " + answer)) {
    // the line of the solution: "s bas rows columns f f value" or "s mip rows columns o value"
    std::ifstream file{answer};
    for (std::string line; std::getline(file, line);) {
      std::istringstream stream{line};
      std::vector<std::string> words;
      for (std::string word; stream >> word;) words.push_back(word);
      if (words.size() < 6 || words[0] != "s") continue;
      const bool optimal = words[1] == "mip" ? words[4] == "o" : words[4] == "f" && words[5] == "f";
      if (optimal) optimum = std::stod(words.back());
    }
  }
  return optimum;
}

}  // namespace tavolo::test
