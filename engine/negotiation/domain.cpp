#include "engine/negotiation/domain.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/error.h"
#include "engine/text.h"
#include "engine/write_file.h"

namespace tavolo::engine::negotiation {
namespace {

namespace fs = std::filesystem;

bool has_extension(const fs::path& path, std::string_view extension) {
  auto own = path.extension().string();
  for (char& c : own)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return own == extension;
}

std::string read(const std::string& path) {
  auto text = read_file(path);
  if (const auto* why = std::get_if<1>(&text))
    throw InputError{{path, 0},
                     "the file " + *why + ".",
                     "A domain is read from text files.",
                     "Check the path."};
  return std::move(std::get<0>(text));
}

/// The files of a folder that have this extension, by name.
std::vector<std::string> files_of(const fs::path& folder, std::string_view extension) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error))
    if (has_extension(entry->path(), extension) && !entry->is_directory(error))
      files.push_back(entry->path().string());
  if (error)
    throw InputError{{folder.string(), 0},
                     "the folder cannot be read.",
                     "A domain is a folder with its files.",
                     "Check the path and who may read it."};
  std::sort(files.begin(), files.end());
  return files;
}

/// "jobs" of "jobs/", "./jobs" and "configs/jobs.toml".
std::string name_of(const fs::path& path) {
  auto normal = fs::absolute(path).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  return has_extension(normal, ".toml") ? normal.stem().string() : normal.filename().string();
}

}  // namespace

bool Cap::allows(const Offer& terms) const {
  double sum = 0;
  for (std::size_t i = 0; i < issues.size(); ++i) sum += coefficients[i] * terms[issues[i]];
  return sum <= limit + 1e-9 * std::max(1.0, std::abs(limit));
}

std::vector<Utilities> tabulate(const Domain& domain) {
  std::vector<Utilities> parties;
  parties.reserve(domain.profiles.size());
  for (const auto& profile : domain.profiles)
    parties.push_back({tabulate(domain.agenda, profile.utility), profile.reservation});
  for (const auto& cap : domain.caps)
    rule_out(
        domain.agenda, [&](const Offer& terms) { return cap.allows(terms); }, parties);
  return parties;
}

Domain read_domain(const std::string& path) {
  std::error_code error;  // what is no folder, for whatever reason, is not read as one
  if (!fs::is_directory(path, error)) return parse_toml_domain(read(path), path);
  std::vector<TextFile> xml;
  for (const auto& file : files_of(path, ".xml")) xml.push_back({file, read(file)});
  if (!xml.empty()) return parse_genius(name_of(path), xml);
  const auto toml = files_of(path, ".toml");
  if (toml.size() == 1) return parse_toml_domain(read(toml.front()), toml.front());
  throw InputError{
      {path, 0},
      toml.empty() ? "the folder holds no domain."
                   : "the folder holds " + std::to_string(toml.size()) + " TOML files.",
      "A domain is the XML of GENIUS, a domain file with its profiles, or one .toml file.",
      toml.empty() ? "Name another folder." : "Name one of the files."};
}

void write_toml(const Domain& domain, const std::string& file) {
  std::error_code error;
  if (fs::exists(file, error))
    throw InputError{{file, 0},
                     "the file exists.",
                     "Nothing is overwritten.",
                     "Name another, or remove it first."};
  write_file(file, toml_text(domain));
}

void write_genius(const Domain& domain, const std::string& folder) {
  const auto texts = genius_texts(domain);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw InputError{{folder, 0},
                     "the folder cannot be made.",
                     "A GENIUS domain is a folder of files.",
                     "Name another."};
  if (!files_of(folder, ".xml").empty())
    throw InputError{{folder, 0},
                     "the folder holds XML files.",
                     "They would be read as parts of the same domain.",
                     "Name an empty folder."};
  for (const auto& [name, text] : texts) write_file((fs::path{folder} / name).string(), text);
}

}  // namespace tavolo::engine::negotiation
