#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config.h"
#include "engine/random.h"
#include "tests/support/mutator.h"

/// Thousands of spoilt configurations, the same on every run: whatever stands in a file, the reader
/// returns with problems or with a configuration whose text reads back.

namespace tavolo::engine {
namespace {

using test::Mutator;

enum class Luck : std::uint32_t { mutant = 1, change = 2 };

struct Row {
  std::string id, word;
  double number = 0;
  int count = 0;
  bool flag = false;
  Month month;
  Link link;
  std::vector<double> numbers;
  std::vector<std::string> words;
  std::vector<Link> links;
  std::map<std::string, double> map;
};

std::span<const Field<Row>> fields() {
  static const std::vector<Field<Row>> list{
      {"id", &Row::id, "", ""},
      {"word", &Row::word, "", "", {}, false, "", {"one", "two"}},
      {"number", &Row::number, "EUR", "", {0, 1e6}},
      {"count", &Row::count, "", "", {-3, 3}, false},
      {"flag", &Row::flag, "", "", {}, false},
      {"month", &Row::month, "month", "", {}, false},
      {"link", &Row::link, "", "", {}, false, "rows"},
      {"numbers", &Row::numbers, "", "", {0, 1}, false},
      {"words", &Row::words, "", "", {}, false},
      {"links", &Row::links, "", "", {}, false, "rows"},
      {"map", &Row::map, "", "", {}, false},
  };
  return list;
}

std::vector<std::string> seeds() {
  std::ifstream tiny{TAVOLO_SOURCE_DIR "/configs/tiny.toml"};
  return {
      R"(title = "one of everything"
rows = [
  { id = "a", word = "one", number = 1_000, count = -3, flag = true, month = "2024-03" },
  { id = "b-2", number = 2.5e3, link = "a", numbers = [0, 0.5, 1], words = ["x", 'y'] },
  { id = "c", number = 0, links = ["a", "b-2"], map = { 2023 = 1, "20 24" = -2.5 } },
]
[section]
number = 3   # with a remark
count = 2
map.a = 1
map.b = 2
)",
      "[[rows]]\nid = \"a\"\nnumber = 1\n\n[[rows]]\nid = \"b\"\nmap = { x = inf }\n",
      "s = \"\"\"\nmany\n  lines \\\n  \\u00e8\"\"\"\nd = 2024-03-01T07:30:00.5Z\nl = '''a'b'''\n"
      "n = [0xFF, 0o7, 0b1, nan, -inf, 1e-7]\n[section.deep.er]\n\"k y\" = 07:30:00\n",
      "include = [\"nowhere.toml\", 'fuzz.toml']\nrows = []\n",
      {std::istreambuf_iterator<char>{tiny}, {}},
  };
}

constexpr std::array<std::string_view, 34> kTokens{"=",
                                                   "[",
                                                   "]",
                                                   "[[",
                                                   "]]",
                                                   "{",
                                                   "}",
                                                   ",",
                                                   "\n",
                                                   "\"",
                                                   "'",
                                                   "\"\"\"",
                                                   "'''",
                                                   "#",
                                                   ".",
                                                   "\\",
                                                   "\\uD800",
                                                   "\xFF",
                                                   "\xC3",
                                                   "è",
                                                   "id",
                                                   "rows",
                                                   "section",
                                                   "nan",
                                                   "-inf",
                                                   "1e999",
                                                   "true",
                                                   "2024-0",
                                                   "\r\n",
                                                   "a.b.c",
                                                   "_",
                                                   "include = ",
                                                   "{ id = \"a\" }",
                                                   "99999999999999999999"};

void read_everything(const Config& config) {
  Problems problems;
  for (const std::string_view table : {"rows", "section", "unions", "population"}) {
    auto rows = read_rows(config, table, fields(), problems);
    resolve(config, table, rows, fields(), "rows", std::vector<Row>(rows), problems);
    read_section(config, table, fields(), problems);
    config.place(table, "a", "number");
  }
  read_section(config, "", fields(), problems);
  const std::vector<std::string_view> known{"rows", "section"};
  config.refuse_unknown(known, problems);
}

/// Whether the text was accepted.
bool survives(const std::string& text) {
  Problems problems;
  const auto config = Config::parse(text, "fuzz.toml", problems);
  read_everything(config);
  if (!problems.empty()) return false;
  const auto once = config.text();
  EXPECT_EQ(Config::parse(once, "again.toml", problems).text(), once) << text;
  EXPECT_THAT(problems.messages(), testing::IsEmpty()) << text << "\nwritten as\n" << once;
  return true;
}

TEST(ConfigReader, SurvivesAnyText) {
  constexpr std::size_t kMutants = 3000;
  const auto corpus = seeds();
  const Streams streams{20240101, 0};
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < kMutants && !HasFailure(); ++i)
    accepted += survives(Mutator{streams(Luck::mutant, i), kTokens}.mutant(corpus)) ? 1U : 0U;
  // Both sides are met, so that the mutants are neither all noise nor all harmless.
  EXPECT_GT(accepted, kMutants / 20);
  EXPECT_LT(accepted, kMutants - kMutants / 20);
}

TEST(ConfigReader, SurvivesAnyOverride) {
  constexpr std::size_t kMutants = 3000;
  const std::vector<std::string> paths{"title", "section.number", "rows.a.number",
                                       "rows.c.map.2023", "new.map.x"};
  const std::vector<std::string> values{
      "1",         "-2.5e3", "true", "two words", "\"text\"", "[1, { a = 2 }]", "{ a = { b = 1 } }",
      "2024-03-01"};
  const auto corpus = seeds();
  const Streams streams{20240101, 0};
  for (std::size_t i = 0; i < kMutants && !HasFailure(); ++i) {
    Mutator mutator{streams(Luck::change, i), kTokens};
    Problems problems;
    auto config = Config::parse(corpus[0], "fuzz.toml", problems);
    ASSERT_TRUE(problems.empty());
    const Override change{mutator.mutant(paths), mutator.mutant(values)};
    Problems refused;
    config.apply(std::vector<Override>{change}, refused);
    read_everything(config);
    const auto once = config.text();
    EXPECT_EQ(Config::parse(once, "again.toml", problems).text(), once) << change.path;
    EXPECT_THAT(problems.messages(), testing::IsEmpty()) << change.path << " = " << change.value;
  }
}

}  // namespace
}  // namespace tavolo::engine
