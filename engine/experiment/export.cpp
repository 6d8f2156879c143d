#include "engine/experiment/export.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "engine/experiment/table.h"

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
  const std::string unfinished = path + ".unfinished";
  std::ofstream out{unfinished, std::ios::binary};
  const std::size_t count = write_csv(store, out);
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(unfinished, path, error);
  if (!out || error) {
    std::remove(unfinished.c_str());
    throw InputError{path + " cannot be written.", "The export needs a file of its own.",
                     "Check the directory, its permissions and the space on the disk."};
  }
  return count;
}

}  // namespace tavolo::engine
