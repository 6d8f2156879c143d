#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/demand/study.h"
#include "engine/experiment/table.h"

namespace tavolo::engine::demand {
namespace {

constexpr double kPositive = std::numeric_limits<double>::min();

/// The columns of a data file by what the specification calls them.
class Source {
 public:
  Source(const CsvTable& table, const Config& spec, Problems& problems)
      : table_{table}, spec_{spec}, problems_{problems} {}

  bool has(std::string_view column) const { return table_.has(column); }

  /// The column that a key of the specification names, or else the usual one; false, with a problem
  /// where it was named or is needed, when it is not there.
  bool find(std::string& column, std::string_view usual, bool needed, std::string_view section,
            std::string_view id, std::string_view key) const {
    const bool named = !column.empty();
    if (!named) column = usual;
    if (table_.has(column)) return true;
    if (!named && !needed) return false;
    std::vector<std::string_view> names{table_.columns().begin(), table_.columns().end()};
    std::erase(names, std::string_view{});
    problems_.add(named ? spec_.place(section, id, key) : table_.place(),
                  (named ? table_.place().text() + " has" : std::string{"there is"}) +
                      " no column \"" + column + "\".",
                  "It is what the specification calls " + std::string{key} + ".",
                  named ? suggestion(column, names)
                        : "Name the column in the specification, [" + std::string{section} + "] " +
                              std::string{key} + " = \"…\".");
    return false;
  }

  const CsvTable& table() const { return table_; }

 private:
  const CsvTable& table_;
  const Config& spec_;
  Problems& problems_;
};

/// Numbers for names, in the order in which they are first met.
class Numbering {
 public:
  int of(const std::string& name) {
    const auto [found, is_new] = number_.emplace(name, static_cast<int>(names_.size()));
    if (is_new) names_.push_back(name);
    return found->second;
  }
  std::optional<int> find(const std::string& name) const {
    const auto found = number_.find(name);
    return found == number_.end() ? std::nullopt : std::optional{found->second};
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, int> number_;
  std::vector<std::string> names_;
};

/// A characteristic with its data: x by product, its coefficient by agent.
struct Term {
  bool is_price = false;
  std::vector<double> value, coefficient;
};

struct Agents {
  std::vector<std::string> market;
  std::vector<double> weight;   // empty: equal ones
  std::vector<double> divisor;  // empty: one
};

class Reader {
 public:
  Reader(const CsvTable& products, const CsvTable* agents, const Config& config, Problems& problems)
      : products_{products, config, problems}, config_{config}, problems_{problems} {
    if (agents != nullptr) agents_.emplace(*agents, config, problems);
  }

  Study read() {
    study_.spec = read_spec(config_, problems_);
    if (products_.table().columns().empty()) return {};
    read_products();
    read_terms();
    read_agents();
    check_names();
    if (!problems_.empty()) return {};
    for (auto& market : study_.markets) fill(market);
    return problems_.empty() ? std::move(study_) : Study{};
  }

 private:
  void read_products() {
    auto& columns = study_.spec.columns;
    const auto& table = products_.table();
    const auto find = [&](std::string& column, std::string_view usual, bool needed,
                          std::string_view key) {
      return products_.find(column, usual, needed, "columns", "", key);
    };
    const std::size_t n = table.rows();
    std::vector<std::string> market(n, "all"), product(n), firm(n), nest(n);
    std::vector<double> share(n), price(n);
    // without a column of markets, and none named, all products are in one
    has_markets_ = find(columns.market, "market_ids", false, "market");
    if (has_markets_) market = table.identifiers(columns.market);
    for (std::size_t row = 0; row < n; ++row) product[row] = std::to_string(table.place(row).line);
    if (find(columns.product, "product_ids", false, "product"))
      product = table.identifiers(columns.product);
    if (find(columns.firm, "firm_ids", true, "firm")) firm = table.identifiers(columns.firm);
    if (find(columns.share, "shares", true, "share"))
      share = table.numbers(columns.share, {kPositive, 1}, problems_);
    if (find(columns.price, "prices", true, "price"))
      price = table.numbers(columns.price, {kPositive}, problems_);
    auto& nests = study_.spec.nests;
    if (!nests.column.empty() && products_.find(nests.column, "", true, "nests", "", "column"))
      nest = table.identifiers(nests.column);
    if (n == 0)
      problems_.add(table.place(), "the file has no products.", "Each is a row below the heading.",
                    "Check that it was written.");

    std::vector<Numbering> firms, in_nests;
    for (std::size_t row = 0; row < n; ++row) {
      if (market[row].empty() || firm[row].empty())
        if (problems_.empty())
          problems_.add(table.place(row), "the product has no market or no firm.",
                        "Each is sold in a market by a firm.", "Fill in the field.");
      const auto at = static_cast<std::size_t>(markets_.of(market[row]));
      if (at == study_.markets.size()) {
        study_.markets.emplace_back();
        firms.emplace_back();
        in_nests.emplace_back();
      }
      auto& data = study_.markets[at];
      data.name = market[row];
      data.row.push_back(row);
      data.product.push_back(product[row]);
      data.firm.push_back(firms[at].of(firm[row]));
      data.share.push_back(share[row]);
      data.price.push_back(price[row]);
      all_firms_.of(firm[row]);
      if (nests.column.empty()) continue;
      const int known = static_cast<int>(in_nests[at].names().size());
      const int number = nest[row].empty() ? -1 : in_nests[at].of(nest[row]);
      data.nests.of.push_back(number);
      if (number == known) {
        const auto own = nests.rho_of.find(nest[row]);
        data.nests.rho.push_back(own == nests.rho_of.end() ? nests.rho : own->second);
      }
      if (number >= 0) all_nests_.of(nest[row]);
    }
    for (std::size_t at = 0; at < study_.markets.size(); ++at) {
      auto& data = study_.markets[at];
      data.firms = firms[at].names();
      const double sold = std::accumulate(data.share.begin(), data.share.end(), 0.0);
      if (sold >= 1 && problems_.empty())
        problems_.add(table.place(data.row.front()),
                      "the shares of market " + data.name + " add up to " + exact(sold) + ".",
                      "The outside good has what they leave of one.",
                      "Divide sales by all who could buy.");
    }
  }

  /// Reads a column of numbers of the agents file once.
  const std::vector<double>& agents_column(const std::string& column, const Range& range = {}) {
    auto& known = agents_columns_[column];
    if (known.empty()) known = agents_->table().numbers(column, range, problems_);
    return known;
  }

  bool find_agents(std::string& column, std::string_view usual, std::string_view section,
                   std::string_view id, std::string_view key) {
    if (agents_) return agents_->find(column, usual, true, section, id, key);
    problems_.add(
        config_.place(section, id, key),
        "there is no file of agents for " +
            (id.empty() ? "[" + std::string{section} + "]" : std::string{id}) + ".",
        "Random coefficients, interactions and what divides the price are agents' columns.",
        "Name the file, --agents agents.csv, or leave out " + std::string{key} + ".");
    return false;
  }

  void read_terms() {
    auto& spec = study_.spec;
    const std::size_t people = agents_ ? agents_->table().rows() : 0;
    int random = 0;
    for (auto& row : spec.characteristics) {
      Term term;
      std::string column = row.column;
      const bool known = !column.empty() || products_.has(row.id);
      const bool is_constant = !known && (row.id == "constant" || row.id == "1");
      term.is_price =
          (!known && row.id == "price") || (column.empty() ? row.id : column) == spec.columns.price;
      if (is_constant) {
        term.value.assign(products_.table().rows(), 1.0);
      } else if (!term.is_price) {
        if (column.empty()) column = row.id;
        if (products_.find(column, "", true, "characteristics", row.id,
                           row.column.empty() ? "id" : "column"))
          term.value = products_.table().numbers(column, {}, problems_);
      }
      term.coefficient.assign(people, 0.0);
      const auto add = [&](const std::string& agents, double factor) {
        const auto& values = agents_column(agents);
        for (std::size_t i = 0; i < people; ++i) term.coefficient[i] += factor * values[i];
      };
      if (!std::isnan(row.sigma)) {
        const std::string usual = spec.columns.nodes + std::to_string(random++);
        if (find_agents(row.node, usual, "characteristics", row.id, "node"))
          add(row.node, row.sigma);
      } else if (!row.node.empty()) {
        problems_.add(config_.place("characteristics", row.id, "node"),
                      "the characteristic " + row.id + " has a node and no sigma.",
                      "sigma is the scale of its random coefficient.", "Add sigma = ….");
      }
      for (const auto& [name, factor] : row.interactions) {
        std::string agents = name;
        if (find_agents(agents, "", "characteristics", row.id, "interactions")) add(agents, factor);
      }
      terms_.push_back(std::move(term));
    }
  }

  void read_agents() {
    auto& spec = study_.spec;
    if (!spec.price.divided_by.empty() &&
        find_agents(spec.price.divided_by, "", "price", "", "divided_by"))
      agents_data_.divisor = agents_column(spec.price.divided_by, {kPositive});
    if (!agents_) return;
    const auto& table = agents_->table();
    auto& columns = spec.columns;
    agents_data_.market.assign(table.rows(), "all");
    if (has_markets_ &&
        agents_->find(columns.agent_market, columns.market, true, "columns", "", "agent_market"))
      agents_data_.market = table.identifiers(columns.agent_market);
    if (agents_->find(columns.weight, "weights", false, "columns", "", "weight"))
      agents_data_.weight = table.numbers(columns.weight, {0}, problems_);
    for (std::size_t i = 0; i < table.rows(); ++i) agents_of_[agents_data_.market[i]].push_back(i);
    std::vector<std::string> empty;
    for (const auto& market : study_.markets)
      if (!agents_of_.contains(market.name)) empty.push_back(market.name);
    if (empty.empty()) return;
    problems_.add(
        table.place(),
        "there are no agents of market " + empty.front() +
            (empty.size() > 1 ? " and of " + std::to_string(empty.size() - 1) + " more" : "") + ".",
        "Products without people sell nothing.", "Add agents, or leave the market's products out.");
  }

  void check_names() {
    const auto check = [&](const std::string& name, const Numbering& known, const Place& place,
                           std::string_view what, std::string_view column) {
      if (known.find(name)) return;
      std::vector<std::string_view> names{known.names().begin(), known.names().end()};
      problems_.add(place, "there is no " + std::string{what} + " \"" + name + "\".",
                    "It is none of the column " + std::string{column} + " of " +
                        products_.table().place().text() + ".",
                    suggestion(name, names));
    };
    const auto& spec = study_.spec;
    for (const auto& merger : spec.mergers)
      for (const auto& firm : merger.firms)
        check(firm, all_firms_, config_.place("mergers", merger.id, "firms"), "firm",
              spec.columns.firm);
    for (const auto& stake : spec.stakes) {
      check(stake.firm, all_firms_, config_.place("stakes", stake.id, "firm"), "firm",
            spec.columns.firm);
      check(stake.in, all_firms_, config_.place("stakes", stake.id, "in"), "firm",
            spec.columns.firm);
    }
    for (const auto& [nest, rho] : spec.nests.rho_of)
      check(nest, all_nests_, config_.place("nests", "", "rho_of"), "nest", spec.nests.column);
  }

  /// The consumers of a market; without agents, one of weight one.
  void fill(MarketData& market) const {
    const auto& price = study_.spec.price;
    market.price_slope = price.divided_by.empty() ? price.coefficient : 0;
    auto& consumers = market.consumers;
    if (!agents_) {
      consumers = {{1.0}, {price.coefficient}, Grid<double>(1, market.row.size())};
      return;
    }
    const auto& people = agents_of_.at(market.name);
    consumers.taste = Grid<double>(people.size(), market.row.size());
    for (std::size_t i = 0; i < people.size(); ++i) {
      const auto agent = people[i];
      const auto& [_, weight, divisor] = agents_data_;
      consumers.weight.push_back(weight.empty() ? 1 / static_cast<double>(people.size())
                                                : weight[agent]);
      double slope = price.coefficient / (divisor.empty() ? 1 : divisor[agent]);
      double largest = 0;
      for (const auto& term : terms_) {
        if (term.is_price) {
          slope += term.coefficient[agent];
          continue;
        }
        for (std::size_t j = 0; j < market.row.size(); ++j)
          consumers.taste(i, j) += term.value[market.row[j]] * term.coefficient[agent];
      }
      for (std::size_t j = 0; j < market.row.size(); ++j)
        largest =
            std::max({largest, std::abs(consumers.taste(i, j)), std::abs(slope * market.price[j])});
      consumers.price_slope.push_back(slope);
      if (largest < kLargestUtility) continue;
      problems_.add(agents_->table().place(agent), "the agent's utilities are beyond all bounds.",
                    "Utilities are of the order of ten; thousands are still possible.",
                    "Check the agent's numbers, and the parameters.");
      return;
    }
  }

  static constexpr double kLargestUtility = 1e12;

  Source products_;
  std::optional<Source> agents_;
  const Config& config_;
  Problems& problems_;
  Study study_;
  bool has_markets_ = false;
  Numbering markets_, all_firms_, all_nests_;
  std::vector<Term> terms_;
  Agents agents_data_;
  std::map<std::string, std::vector<double>> agents_columns_;
  std::map<std::string, std::vector<std::size_t>> agents_of_;  // by market: rows
};

}  // namespace

Study read_study(const CsvTable& products, const CsvTable* agents, const Config& spec,
                 Problems& problems) {
  return Reader{products, agents, spec, problems}.read();
}

Study read_study(const std::string& products, const std::string& agents, const std::string& spec) {
  Problems problems;
  const auto config = Config::load(spec, problems);
  const auto product_table = CsvTable::load(products, problems);
  std::optional<CsvTable> agent_table;
  if (!agents.empty()) agent_table = CsvTable::load(agents, problems);
  problems.throw_if_any();
  auto study = read_study(product_table, agent_table ? &*agent_table : nullptr, config, problems);
  problems.throw_if_any();
  return study;
}

}  // namespace tavolo::engine::demand
