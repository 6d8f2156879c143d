#include "engine/experiment/export.h"

#include <iostream>

#include "engine/experiment/table.h"
#include "engine/write_file.h"

namespace tavolo::engine {
namespace {

std::size_t write_csv(const StoreReader& store, std::ostream& out) {
  out << "policy";
  std::string columns = "d.policy";
  for (const auto& factor : store.factors()) {
    out << ',' << csv_field(factor);
    columns += ", d." + sql_name(factor);
  }
  out << ",replication,year,indicator,value\n";
  const int fixed = static_cast<int>(store.factors().size()) + 3;
  columns += ", r.replication, y.year";
  for (const auto& indicator : store.indicators()) columns += ", y." + sql_name(indicator.name);
  Statement query{store.database(), "SELECT " + columns +
                                        " FROM run r JOIN design d USING (design_id) JOIN year y "
                                        "USING (run_id) ORDER BY run_id, y.year"};
  std::size_t count = 0;
  while (query.step()) {
    std::string key;
    for (int column = 0; column < fixed; ++column) key += csv_field(query.text(column)) + ",";
    for (std::size_t i = 0; i < store.indicators().size(); ++i, ++count)
      out << key << csv_field(store.indicators()[i].name) << ','
          << exact(query.real(fixed + static_cast<int>(i))) << '\n';
  }
  return count;
}

}  // namespace

std::size_t export_csv(const StoreReader& store, const std::string& path) {
  if (path == "-") return write_csv(store, std::cout);
  std::size_t count = 0;
  write_file(path, [&](std::ostream& out) { count = write_csv(store, out); });
  return count;
}

}  // namespace tavolo::engine
