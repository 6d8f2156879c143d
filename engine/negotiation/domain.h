#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/negotiation/agenda.h"
#include "engine/negotiation/utility.h"

/// Negotiation domains as they stand in files: the XML of GENIUS, in which the field publishes its
/// domains (Lin et al. 2014), and a TOML form of our own (docs/negotiation.md), which also has
/// interactions and caps.
namespace tavolo::engine::negotiation {

/// The most parties of a domain that is read from files.
constexpr std::size_t kMaxParties = 32;

/// What one party wants.
struct Profile {
  std::string name;
  AdditiveUtility utility;
  double reservation = 0;  ///< utility of leaving without an agreement
  double discount = 1;     ///< d in (0, 1]: at relative time t a deal is worth u d^t
};

/// What no agreement may exceed: the sum of coefficient x level over some issues is at most
/// `limit`, beyond a relative 1e-9 that pays for rounding. A budget, a capacity, a legal ceiling.
struct Cap {
  std::string name;
  std::vector<std::size_t> issues;
  std::vector<double> coefficients;  ///< one per issue of the cap
  double limit = 0;

  bool allows(const Offer& terms) const;
};

/// An agenda and the parties that bargain about it.
struct Domain {
  std::string name;
  Agenda agenda;
  std::vector<Profile> profiles;  ///< two or more; their order is that of the parties
  std::vector<Cap> caps;
};

/// What every outcome is worth to every party, kInfeasible where a cap is exceeded.
std::vector<Utilities> tabulate(const Domain& domain);

/// Reads a domain: a folder with one GENIUS domain (root element `negotiation_template`) and its
/// profiles (root element `utility_space`), in the order of their file names; a `.toml` file; or a
/// folder with one of these. Other files of a folder are passed over.
///
/// Of GENIUS: issues in the order of their `index`, values in the order of the file; an issue that
/// a profile leaves out adds nothing, a weight that it leaves out is 1 (as the reference
/// implementation reads it), reservation 0, discount 1; a discount of 0 means none. A real issue
/// becomes a grid of `steps` steps (an attribute of ours; 20 when it is absent). Entities beyond
/// the five of XML are not expanded, files above 64 MiB are refused.
/// @throws InputError that names file and line.
Domain read_domain(const std::string& path);

/// @throws InputError when the file exists or cannot be written.
void write_toml(const Domain& domain, const std::string& file);
/// Writes domain.xml and a file per profile into a folder, made if need be.
/// @throws InputError when the domain has interactions or caps, which the format has no place for,
/// when the folder holds XML already or cannot be written.
void write_genius(const Domain& domain, const std::string& folder);

// The same for texts.

struct TextFile {
  std::string name, text;
};
/// `files` in the order of their names; `name` becomes the domain's, profiles take their file's.
Domain parse_genius(const std::string& name, std::span<const TextFile> files);
Domain parse_toml_domain(std::string_view text, const std::string& file);
std::vector<TextFile> genius_texts(const Domain& domain);
std::string toml_text(const Domain& domain);

}  // namespace tavolo::engine::negotiation
