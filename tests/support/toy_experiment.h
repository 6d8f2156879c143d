#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/experiment/database.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "tests/support/own_folder.h"
#include "tests/support/refusal.h"
#include "tests/support/toy_model.h"

namespace tavolo::test {

inline constexpr const char* kToyScenario = R"(start = "2024-01"
until = 2026

[purse]
growth = 0.1
aid_eur = 10
)";

inline constexpr const char* kToyHead = R"(question = "What does aid do to the purse?"
scenario = "town.toml"
rank_by = "purse"
)";

inline constexpr const char* kToyResponses = R"(
responses = [
  { id = "purse", indicator = "purse_eur", year = 2026, better = "max" },
  { id = "paid", indicator = "aid_eur", kind = "total", from = 2024, to = 2026, better = "min" },
  { id = "average", indicator = "purse_eur", kind = "mean", from = 2025, to = 2026 },
  { id = "rich", indicator = "purse_eur", kind = "probability", year = 2026, at_least = 165 },
  { id = "gain", kind = "ratio", numerator = "purse", denominator = "paid" },
]
)";

inline constexpr const char* kToyDesign = R"(
[design]
policies = ["none", "aid", "loan"]
baseline = "none"
replications = 12
seed = 7
)";

inline constexpr const char* kToyFactors = R"(
[factors]
"purse.aid_eur" = [10, 20]
)";

inline std::string toy_experiment_text() {
  return std::string{kToyHead} + kToyResponses + kToyDesign + kToyFactors;
}

/// A folder of its own with the toy's scenario in it.
class ToyExperiment : public InOwnFolder {
 protected:
  void SetUp() override { write("town.toml", kToyScenario); }

  engine::Experiment experiment(const std::string& text = toy_experiment_text(),
                                std::span<const engine::Override> overrides = {}) const {
    return engine::read_experiment(write("experiment.toml", text), ToyFamily{}, overrides);
  }

  /// The text with `from` replaced; fails the test when it is not there.
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }
};

/// Every row of every table but those of timing, as text.
inline std::string dump(const std::string& store) {
  engine::Database database{store, engine::Database::Mode::kRead};
  std::string text;
  engine::Statement tables{database,
                           "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                           "'timing%' ORDER BY name"};
  while (tables.step()) {
    text += "# " + tables.text(0) + "\n";
    engine::Statement rows{database, "SELECT * FROM " + engine::sql_name(tables.text(0))};
    while (rows.step()) {
      for (int column = 0; column < rows.columns(); ++column)
        text += (rows.is_null(column) ? "NULL" : rows.text(column)) + "|";
      text += "\n";
    }
  }
  return text;
}

inline std::string scalar(const std::string& store, const std::string& sql) {
  return engine::Database{store, engine::Database::Mode::kRead}.scalar(sql);
}

}  // namespace tavolo::test
