#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <cctype>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "agents/policies/policy.h"
#include "agents/postures/posture.h"

namespace tavolo::python {

namespace nb = nanobind;

/// A member of a plain struct as Python sees it: one list gives attributes, the keyword
/// constructor, repr, equality and documentation.
template <class T>
struct Field {
  const char* name;
  std::variant<double T::*, bool T::*, int T::*> member;
  const char* unit;
  const char* meaning;
};

inline constexpr std::array kInstruments{
#define FIELD(name, unit, meaning) \
  Field<agents::Instruments>{#name, &agents::Instruments::name, unit, meaning}
    FIELD(replay_schemes, "", "the historical and announced purchase schemes run"),
    FIELD(purchase_budget_eur, "EUR", "of purchase incentives, one fund"),
    FIELD(bonus_bev_eur, "EUR", "for an electric car"),
    FIELD(bonus_phev_eur, "EUR", "for a plug-in hybrid"),
    FIELD(bonus_low_emission_eur, "EUR", "for another car up to 135 g/km"),
    FIELD(scrappage_extra_eur, "EUR", "on top, if a car of ten years is scrapped"),
    FIELD(low_income_extra_eur, "EUR", "on top, below income_max_eur"),
    FIELD(income_max_eur, "EUR/year", "of a household that counts as one of low income"),
    FIELD(means_tested, "", "only households below income_max_eur may apply"),
    FIELD(bonus_for_fleets, "", "fleets may apply"),
    FIELD(price_cap_eur, "EUR", "list price before VAT; 0: none"),
    FIELD(local_content_floor, "0..1", "share of output assembled in Europe that a car needs"),
    FIELD(home_made_extra_eur, "EUR", "on top, if the car was built in the country"),
    FIELD(grant_share, "0..1", "of capex that may be offered, within state-aid caps"),
    FIELD(grant_budget_eur, "EUR", "this year, for tables of plants already there"),
    FIELD(clawback_share, "0..1", "of a grant that is paid back on a full shortfall"),
    FIELD(transition_aid_eur, "EUR", "most that a transition table may promise, in total"),
    FIELD(output_premium_eur, "EUR", "per vehicle made at home"),
    FIELD(output_premium_floor, "vehicles/year", "output above which the premium is paid"),
    FIELD(output_premium_budget_eur, "EUR", "of the premium, this year"),
    FIELD(energy_relief_eur_per_mwh, "EUR/MWh", "off the electricity of plants; open-ended"),
    FIELD(wage_wedge_share, "0..1", "of labour cost paid for plants that hire or keep"),
    FIELD(charging_budget_eur, "EUR", "for public charging points, this year"),
    FIELD(entrant_budget_eur, "EUR", "reserved to court a new maker, this year"),
    FIELD(pressure, "0..1", "economic patriotism: threats and public pressure"),
    FIELD(pact, "", "aid at siting tables is capped by a European pact"),
    FIELD(pact_cap_share, "0..1", "of capex that the pact allows"),
    FIELD(company_bev_share, "0..1", "of cost that is taxed, electric company cars"),
    FIELD(company_phev_share, "0..1", "of cost that is taxed, plug-in hybrid company cars"),
    FIELD(company_other_share, "0..1", "of cost that is taxed, other company cars; 0: the law's"),
#undef FIELD
};

inline constexpr std::array kViews{
#define FIELD(name, unit, meaning) \
  Field<agents::PolicyView>{#name, &agents::PolicyView::name, unit, meaning}
    FIELD(year, "year", "whose instruments are set"),
    FIELD(first_year, "year", "of the run"),
    FIELD(target_vehicles, "vehicles/year", "what the government wants made at home"),
    FIELD(target_year, "year", "by when"),
    FIELD(budget_eur, "EUR", "for the industry this year, carry-over included"),
    FIELD(vehicles, "vehicles/year", "made at home last year"),
    FIELD(vehicles_before, "vehicles/year", "and the year before that"),
    FIELD(capacity, "vehicles/year", "of home plants"),
    FIELD(plant_jobs, "people", "headcount of home plants"),
    FIELD(short_time_share, "0..1", "of contract hours, last year"),
    FIELD(registrations, "cars/year", "home market, last year"),
    FIELD(bev_share, "0..1", "of them that are electric"),
    FIELD(home_made_share, "0..1", "of them that were built at home"),
    FIELD(outlay_eur, "EUR", "public money to the industry last year"),
    FIELD(trust_in_maker, "0..1", "learned probability that the volume maker keeps its word"),
    FIELD(agreement_in_force, "", "a transition agreement binds this year"),
    FIELD(charging_points_per_bev, "points/car", "public ones"),
    FIELD(worth_of_vehicle_eur, "EUR",
          "most public money for a vehicle made at home, jobs and all"),
#undef FIELD
};

inline constexpr std::array kPostures{
#define FIELD(name, unit, meaning) \
  Field<agents::Posture>{#name, &agents::Posture::name, unit, meaning}
    FIELD(concession, "", "at tables: below 1 it holds out, above it yields early; 0: scenario's"),
    FIELD(claim, "0..1", "of what a table could bring it, the share it insists on"),
    FIELD(capex_share, "0..1", "of its yearly budget in Europe that it is ready to commit"),
#undef FIELD
};

inline constexpr std::array kPostureViews{
#define FIELD(name, unit, meaning) \
  Field<agents::PostureView>{#name, &agents::PostureView::name, unit, meaning}
    FIELD(year, "year", "whose posture is taken"),
    FIELD(first_year, "year", "of the run"),
    FIELD(cash_eur, "EUR", "of the maker, now"),
    FIELD(capex_budget_eur, "EUR/year", "of the maker, for Europe"),
    FIELD(vehicles, "vehicles/year", "it made at home last year"),
    FIELD(capacity, "vehicles/year", "of its home plants"),
    FIELD(plant_jobs, "people", "headcount of its home plants"),
    FIELD(registrations, "cars/year", "home market, last year"),
    FIELD(bev_share, "0..1", "of them that are electric"),
    FIELD(trust_in_government, "0..1", "learned probability that the government keeps its word"),
    FIELD(agreement_in_force, "", "a transition agreement binds this year"),
    FIELD(target_vehicles, "vehicles/year", "what the government wants made at home"),
#undef FIELD
};

inline constexpr std::array kNeighbours{
#define FIELD(name, unit, meaning) \
  Field<agents::Neighbour>{#name, &agents::Neighbour::name, unit, meaning}
    FIELD(vehicles, "vehicles/year", "made there last year"),
    FIELD(vehicles_before, "vehicles/year", "and the year before that"),
    FIELD(plant_jobs, "people", "headcount of its plants"),
    FIELD(home_made_cars, "cars/year", "registered there last year, and made there"),
#undef FIELD
};

template <class T, std::size_t N>
std::string type_name(const std::array<Field<T>, N>& fields, std::size_t i) {
  return std::visit(
      [](auto member) -> std::string {
        using Member = decltype(member);
        if constexpr (std::is_same_v<Member, double T::*>) return "float";
        if constexpr (std::is_same_v<Member, bool T::*>) return "bool";
        return "int";
      },
      fields[i].member);
}

/// Equal bit for bit, but that 0 and -0 are one number.
template <class T, std::size_t N>
bool equal(const std::array<Field<T>, N>& fields, const T& a, const T& b) {
  for (const auto& field : fields)
    if (!std::visit([&](auto member) { return a.*member == b.*member; }, field.member))
      return false;
  return true;
}

template <class T>
void set(T& target, const Field<T>& field, nb::handle value) {
  std::visit(
      [&](auto member) {
        using Value = std::remove_reference_t<decltype(target.*member)>;
        if constexpr (std::is_same_v<Value, bool>) {
          const int truth = PyObject_IsTrue(value.ptr());
          if (truth < 0) throw nb::python_error();
          target.*member = truth != 0;
        } else {
          const double number = PyFloat_AsDouble(value.ptr());  // also of NumPy's
          if (number == -1.0 && PyErr_Occurred() != nullptr) throw nb::python_error();
          target.*member = static_cast<Value>(number);
        }
      },
      field.member);
}

template <class T>
nb::object get(const T& source, const Field<T>& field) {
  return std::visit([&](auto member) -> nb::object { return nb::cast(source.*member); },
                    field.member);
}

/// Fields, keyword constructor, equality and repr of a struct. `more`: a hook for what is not a
/// number; true when it took the keyword. `more_signature`: its part of the constructor's.
template <class T, std::size_t N, class More>
nb::class_<T> bind_struct(nb::module_& m, const char* name, const char* doc,
                          const std::array<Field<T>, N>& fields, const char* more_signature,
                          More more, bool writable) {
  nb::class_<T> type{m, name, doc};
  std::string signature = "def __init__(self, *";
  const T fresh;
  for (std::size_t i = 0; i < N; ++i)
    signature += ", " + std::string{fields[i].name} + ": " + type_name(fields, i) + " = " +
                 nb::cast<std::string>(nb::repr(get(fresh, fields[i])));
  signature += std::string{more_signature} + ") -> None";
  const std::string type_text = name;
  type.def(
      "__init__",
      [&fields, more, type_text](T* self, const nb::kwargs& values) {
        new (self) T{};
        for (const auto& [key, value] : values) {
          const auto word = nb::cast<std::string>(key);
          bool known = more(*self, word, value);
          for (const auto& field : fields)
            if (word == field.name) {
              set(*self, field, value);
              known = true;
            }
          if (!known) throw nb::type_error((type_text + " has no field " + word + ".").c_str());
        }
      },
      nb::sig(signature.c_str()), "Every field by keyword; zero or False when left out.");
  for (const auto& field : fields) {
    std::string text = field.meaning;
    if (field.unit[0] != '\0') text += std::string{" ["} + field.unit + "]";
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    text += ".";
    std::visit(
        [&](auto member) {
          if (writable)
            type.def_rw(field.name, member, text.c_str());
          else
            type.def_ro(field.name, member, text.c_str());
        },
        field.member);
  }
  type.def(
      "__eq__", [&fields](const T& a, const T& b) { return equal(fields, a, b); },
      nb::is_operator());
  type.def("__repr__", [&fields, type_text](const T& self) {
    std::string text;
    const T none;
    for (const auto& field : fields) {
      const auto value = get(self, field);
      if (value.equal(get(none, field))) continue;
      text += (text.empty() ? "" : ", ") + std::string{field.name} + "=" +
              nb::cast<std::string>(nb::repr(value));
    }
    return type_text + "(" + text + ")";
  });
  return type;
}

template <class T, std::size_t N>
std::vector<std::tuple<std::string, std::string, std::string, std::string>> described(
    const std::array<Field<T>, N>& fields) {
  std::vector<std::tuple<std::string, std::string, std::string, std::string>> rows;
  for (std::size_t i = 0; i < N; ++i)
    rows.emplace_back(fields[i].name, type_name(fields, i), fields[i].unit, fields[i].meaning);
  return rows;
}

}  // namespace tavolo::python
