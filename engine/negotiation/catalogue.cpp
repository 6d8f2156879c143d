#include "engine/negotiation/catalogue.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/one_to_many.h"
#include "engine/negotiation/opponent_model.h"
#include "engine/negotiation/single_text.h"
#include "engine/negotiation/strategies.h"
#include "engine/negotiation/ultimatum.h"
#include "engine/registry.h"
#include "engine/text.h"

namespace tavolo::engine::negotiation {
namespace {

/// What a table has to say about one of its names: the entry, the range of its parameter and
/// what makes it.
template <class Make>
struct Item {
  CatalogueEntry entry;
  double least, most;              // of the parameter, included
  std::optional<double> standard;  // when it is left out; none: it must be given
  Make make;
};

constexpr double kLeast = 1e-3, kMost = 1e3;
using MakeStrategy = Strategy (*)(double parameter, Convention);
using MakeModel = Modelling (*)(double parameter);
using MakeAcceptance = Acceptance (*)(double parameter);

// clang-format off
const std::array kStrategies{
    Item<MakeStrategy>{{"BOULWARE", "", "concedes late: by time, exponent 4 (GENIUS: 5)"}, 0, 0, {},
                       [](double, Convention c) { return boulware(c); }},
    Item<MakeStrategy>{{"LINEAR", "", "concedes evenly: by time, exponent 1"}, 0, 0, {},
                       [](double, Convention) { return linear(); }},
    Item<MakeStrategy>{{"CONCEDER", "", "concedes early: by time, exponent 1/4 (GENIUS: 1/2)"}, 0, 0, {},
                       [](double, Convention c) { return conceder(c); }},
    Item<MakeStrategy>{{"TIME", "exponent", "by time, 1 - t^exponent: above 1 late, below 1 early"}, kLeast, kMost, {},
                       [](double e, Convention) { return time_dependent(e); }},
    Item<MakeStrategy>{{"FARATIN", "beta", "the same in Faratin's notation: TIME with exponent 1/beta"}, kLeast, kMost, {},
                       [](double beta, Convention) { return faratin(beta); }},
    Item<MakeStrategy>{{"MICRO", "", "one step down whenever the partner has made one (MiCRO)"}, 0, 0, {},
                       [](double, Convention) { return micro(); }},
    Item<MakeStrategy>{{"TIT_FOR_TAT", "", "concedes what the partner has conceded to it"}, 0, 0, {},
                       [](double, Convention) { return tit_for_tat(); }},
    Item<MakeStrategy>{{"NICE_TIT_FOR_TAT", "", "the same on the way to the Nash point, with an opponent model"}, 0, 0, {},
                       [](double, Convention) { return nice_tit_for_tat(); }},
    Item<MakeStrategy>{{"HYBRID", "", "time and behaviour (Keskin, Cakan & Aydogan 2021)"}, 0, 0, {},
                       [](double, Convention) { return hybrid(); }},
    Item<MakeStrategy>{{"TOUGH", "", "its best outcome, always"}, 0, 0, {},
                       [](double, Convention) { return tough(); }},
    Item<MakeStrategy>{{"RANDOM", "", "any outcome that it can live with"}, 0, 0, {},
                       [](double, Convention) { return random_bidder(); }},
    Item<MakeStrategy>{{"HILL_CLIMBER", "", "votes for a text that is no worse (single text)"}, 0, 0, {},
                       [](double, Convention) { return hill_climber(); }},
    Item<MakeStrategy>{{"ANNEALER", "temperature = 0.1", "votes for a worse text now and then, ever less (single text)"}, kLeast, kMost, 0.1,
                       [](double t, Convention) { return annealer(t); }},
};
const std::array kModels{
    Item<MakeModel>{{"FREQUENCY", "learning = 0.2", "what is offered often is wanted (HardHeaded)"}, 0, 1, 0.2,
                    [](double learning) { return frequency_model(learning); }},
    Item<MakeModel>{{"BAYESIAN", "", "beliefs about weights and shapes (Hindriks & Tykhonov 2008)"}, 0, 0, {},
                    [](double) { return bayesian_model(); }},
};
const std::array kAcceptances{
    Item<MakeAcceptance>{{"AC_NEXT", "", "no worse than its own next offer"}, 0, 0, {},
                         [](double) { return ac_next(); }},
    Item<MakeAcceptance>{{"AC_TIME", "time = 0.99", "anything it can live with, from that time on"}, 0, 1, 0.99,
                         [](double time) { return ac_time(time); }},
    Item<MakeAcceptance>{{"AC_CONST", "utility", "whatever gives that utility"}, -kMost, kMost, {},
                         [](double utility) { return ac_const(utility); }},
    Item<MakeAcceptance>{{"AC_COMBI", "time = 0.99", "AC_NEXT; from that time on also the best of late"}, 0, 1, 0.99,
                         [](double time) { return ac_combi(time); }},
};
// clang-format on

constexpr std::array kProtocols{
    CatalogueEntry{"saop", "", "stacked alternating offers, two or more parties"},
    CatalogueEntry{"single_text", "", "a mediator changes one text, the parties vote"},
    CatalogueEntry{"ultimatum", "", "one offer, by the parties' strategies"},
    CatalogueEntry{"ultimatum:subgame_perfect", "", "one offer, by backward induction"},
    CatalogueEntry{"one_to_many:first", "", "party 0 and many: the first to agree"},
    CatalogueEntry{"one_to_many:best", "", "party 0 and many: the best when all have ended"},
    CatalogueEntry{"one_to_many:play_off", "", "party 0 plays its partners off against each other"},
};

template <class Items>
auto entries_of(const Items& items) {
  std::array<CatalogueEntry, std::tuple_size_v<Items>> entries;
  std::transform(items.begin(), items.end(), entries.begin(),
                 [](const auto& item) { return item.entry; });
  return entries;
}

std::string upper(std::string_view text) {
  std::string result;
  for (const char letter : text)
    result +=
        letter == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return result;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts{""};
  for (const char letter : text)
    letter == separator ? static_cast<void>(parts.emplace_back())
                        : static_cast<void>(parts.back() += letter);
  return parts;
}

/// "TIME:2.5" taken apart.
struct Word {
  std::string text, name;
  std::optional<std::string> parameter;

  explicit Word(const std::string& text_) : text{text_}, name{text_} {
    if (const auto colon = text.find(':'); colon != std::string::npos) {
      name = text.substr(0, colon);
      parameter = text.substr(colon + 1);
    }
  }
};

std::string_view other_name(std::string_view name) {
  if (name == "HARDLINER") return "TOUGH";
  if (name == "NAIVE_TIT_FOR_TAT") return "TIT_FOR_TAT";
  return name;
}

template <class Items>
auto find(const Items& items, std::string_view name) {
  return std::find_if(items.begin(), items.end(),
                      [&](const auto& item) { return item.entry.name == name; });
}

template <class Items>
void add_names(const Items& items, std::vector<std::string_view>& names) {
  for (const auto& item : items) names.push_back(item.entry.name);
}

template <class Make>
double parameter_of(const Word& word, const Item<Make>& item) {
  const std::string name{item.entry.name};
  const std::string what{item.entry.parameter.substr(0, item.entry.parameter.find(' '))};
  if (item.entry.parameter.empty()) {
    if (word.parameter)
      throw InputError{"'" + word.text + "': " + name + " has no parameter.",
                       "What follows a colon is a parameter.", "Write " + name + " alone."};
    return 0;
  }
  const std::string example = item.standard ? number_text(*item.standard) : "0.5";
  if (!word.parameter && item.standard) return *item.standard;
  double number = 0;
  const std::string written = word.parameter.value_or("");
  const auto end = written.data() + written.size();
  const auto read = std::from_chars(written.data(), end, number);
  if (written.empty() || read.ec != std::errc{} || read.ptr != end || !std::isfinite(number) ||
      !(number >= item.least && number <= item.most))
    throw InputError{"'" + word.text + "': the " + what + " of " + name +
                         (word.parameter ? " is not a number in its range." : " is missing."),
                     "It is a number from " + number_text(item.least) + " to " +
                         number_text(item.most) + ": " + std::string{item.entry.meaning} + ".",
                     "Write it after a colon: " + name + ":" + example + "."};
  return number;
}

/// By name in upper case.
struct Added {
  std::string meaning;
  Strategy strategy;
};

/// What a composed strategy begins with.
std::optional<Strategy> first_part(const Word& word, Convention convention) {
  const auto item = find(kStrategies, other_name(word.name));
  if (item != kStrategies.end()) return item->make(parameter_of(word, *item), convention);
  if (const auto other = registry_of<Added>().find(word.text)) return other->strategy;
  return std::nullopt;
}

[[noreturn]] void refuse(const Word& word, const std::string& what,
                         std::span<const std::string_view> known) {
  throw InputError{"'" + word.text + "' is no " + what + ".",
                   "Names are those of the catalogue, in upper or lower case.",
                   suggestion(word.name, known)};
}

}  // namespace

std::span<const CatalogueEntry> strategy_catalogue() {
  static const auto kEntries = entries_of(kStrategies);
  return kEntries;
}

std::span<const CatalogueEntry> opponent_model_catalogue() {
  static const auto kEntries = entries_of(kModels);
  return kEntries;
}

std::span<const CatalogueEntry> acceptance_catalogue() {
  static const auto kEntries = entries_of(kAcceptances);
  return kEntries;
}

std::span<const CatalogueEntry> protocol_catalogue() { return kProtocols; }

Strategy make_strategy(std::string_view text, Convention convention) {
  const std::string whole = upper(text);
  const auto words = split(whole, '+');
  const Word first{words.front()};
  const auto found = first_part(first, convention);
  if (!found) {
    std::vector<std::string_view> names{"HARDLINER", "NAIVE_TIT_FOR_TAT"};
    add_names(kStrategies, names);
    std::rotate(names.begin(), names.begin() + 2, names.end());
    refuse(first, "strategy", names);
  }
  auto strategy = *found;
  strategy.name = whole;
  bool has_model = false, has_acceptance = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Word word{words[i]};
    const auto model = find(kModels, word.name);
    const auto acceptance = find(kAcceptances, word.name);
    if (model == kModels.end() && acceptance == kAcceptances.end()) {
      std::vector<std::string_view> names;
      add_names(kModels, names);
      add_names(kAcceptances, names);
      refuse(word, "opponent model and no acceptance condition", names);
    }
    auto& has = model != kModels.end() ? has_model : has_acceptance;
    if (std::exchange(has, true))
      throw InputError{"'" + whole + "' has two parts of one kind.",
                       "A strategy has one opponent model and one acceptance condition.",
                       "Leave '" + word.text + "' out."};
    if (model != kModels.end())
      strategy.opponent_model = model->make(parameter_of(word, *model));
    else
      strategy.acceptance = acceptance->make(parameter_of(word, *acceptance));
  }
  return strategy;
}

void add_strategy(const std::string& name, const std::string& meaning, Strategy strategy) {
  const std::string known = upper(name);
  const bool built_in = find(kStrategies, other_name(known)) != kStrategies.end();
  add_named({"negotiation strategy", "strategy", "tit_for_tat"}, name, built_in,
            Added{meaning, std::move(strategy)}, known);
}

std::vector<std::pair<std::string, std::string>> added_strategies() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& [name, strategy] : registry_of<Added>().all())
    rows.emplace_back(name, strategy.meaning);
  return rows;
}

std::unique_ptr<Protocol> make_protocol(std::string_view name, std::shared_ptr<const Agenda> agenda,
                                        std::vector<Party> parties, const Rules& rules) {
  std::string lower = upper(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  });
  if (lower == "saop")
    return std::make_unique<AlternatingOffers>(std::move(agenda), std::move(parties), rules);
  if (lower == "single_text")
    return std::make_unique<SingleText>(std::move(agenda), std::move(parties), rules);
  if (lower == "ultimatum" || lower == "ultimatum:subgame_perfect")
    return std::make_unique<Ultimatum>(
        std::move(agenda), std::move(parties), rules,
        lower == "ultimatum" ? Ultimatum::Play::strategies : Ultimatum::Play::subgame_perfect);
  const auto many = [&](OneToMany::Regime regime) {
    std::vector<AlternatingOffers> tables;
    for (std::size_t partner = 1; partner < parties.size(); ++partner) {
      auto own = rules;
      own.luck = rules.luck.at(static_cast<std::uint32_t>(partner));
      tables.emplace_back(agenda, std::vector{parties.front(), parties[partner]}, own);
    }
    return std::make_unique<OneToMany>(std::move(tables), regime);
  };
  if (lower == "one_to_many:first") return many(OneToMany::Regime::first);
  if (lower == "one_to_many:best") return many(OneToMany::Regime::best);
  if (lower == "one_to_many:play_off") return many(OneToMany::Regime::play_off);
  std::vector<std::string_view> names;
  for (const auto& entry : kProtocols) names.push_back(entry.name);
  throw InputError{"'" + std::string{name} + "' is no protocol.",
                   "Names are those of the catalogue, in upper or lower case.",
                   suggestion(lower, names)};
}

Convention convention_named(std::string_view name) {
  const auto asked = upper(name);
  if (asked == "NEGMAS") return Convention::negmas;
  if (asked == "GENIUS") return Convention::genius;
  if (asked == "TEXTBOOK") return Convention::textbook;
  static constexpr std::array<std::string_view, 3> kNames{"negmas", "genius", "textbook"};
  throw InputError{"'" + std::string{name} + "' is no convention.",
                   "A convention fixes time, rounding and acceptance where the literature differs.",
                   suggestion(std::string{name}, kNames)};
}

}  // namespace tavolo::engine::negotiation
