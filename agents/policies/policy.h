#pragma once

#include <memory>
#include <string>
#include <vector>

namespace tavolo::agents {

/// The levers of one year. Zero everywhere is "no policy". Money in EUR.
struct Instruments {
  bool replay_schemes = false;  ///< the historical and announced purchase schemes run
  // purchase incentives, one fund
  double purchase_budget_eur = 0;
  double bonus_bev_eur = 0, bonus_phev_eur = 0, bonus_low_emission_eur = 0;  ///< <= 135 g/km
  double scrappage_extra_eur = 0;   ///< on top, if an old car (10 years) is scrapped
  double low_income_extra_eur = 0;  ///< on top, below `income_max_eur`
  double income_max_eur = 0;
  bool means_tested = false;  ///< only households below `income_max_eur` may apply
  bool bonus_for_fleets = false;
  double price_cap_eur = 0;  ///< list price before VAT; 0: none
  double local_content_floor =
      0;  ///< share of output assembled in Europe (not from kits) that a car needs
  double home_made_extra_eur = 0;  ///< on top, if the car was built in the country
  // supply side
  double grant_share = 0;           ///< of capex that may be offered, within state-aid caps
  double grant_budget_eur = 0;      ///< this year, for tables of plants already there
  double clawback_share = 0;        ///< of a grant that is paid back on a full shortfall
  double transition_aid_eur = 0;    ///< most that a transition table may promise, in total
  double output_premium_eur = 0;    ///< per vehicle made at home
  double output_premium_floor = 0;  ///< only above this output per year
  double output_premium_budget_eur = 0;
  double energy_relief_eur_per_mwh = 0;
  double wage_wedge_share = 0;  ///< of labour cost paid by the state, for plants that hire or keep
  double charging_budget_eur = 0;  ///< public charging points
  double entrant_budget_eur = 0;   ///< reserved to court a new maker, this year
  double pressure = 0;             ///< 0..1 "economic patriotism": threats and public pressure
  bool pact = false;               ///< aid at siting tables is capped by a European pact
  double pact_cap_share = 0;
  // company cars: taxable shares of their official cost, 0..1, in place of the law's where
  // `company_other_share` is not 0
  double company_bev_share = 0, company_phev_share = 0, company_other_share = 0;
};

/// What a government sees of another that follows a strategy: public levers, published output.
struct Neighbour {
  std::string name;            ///< of its country
  Instruments levers;          ///< that it had set last year
  double vehicles = 0;         ///< made there last year
  double vehicles_before = 0;  ///< and the year before that
  double plant_jobs = 0;       ///< headcount of its plants
  double home_made_cars = 0;   ///< registered there last year, and made there
};

/// What a government may know when it sets policy in January: last year's figures and its own
/// books, never the future and never the world itself (ODD: sensing). Money in EUR.
struct PolicyView {
  int year = 0;
  int first_year = 0;          ///< of the run
  double target_vehicles = 0;  ///< per year
  int target_year = 0;
  double budget_eur = 0;            ///< for the industry this year, carry-over included
  double vehicles = 0;              ///< made at home last year
  double vehicles_before = 0;       ///< and the year before that
  double capacity = 0;              ///< of home plants, vehicles per year
  double plant_jobs = 0;            ///< headcount of home plants
  double short_time_share = 0;      ///< of contract hours, last year
  double registrations = 0;         ///< cars, home market, last year
  double bev_share = 0;             ///< of them, 0..1
  double home_made_share = 0;       ///< of home registrations built at home, 0..1
  double outlay_eur = 0;            ///< public money to the industry last year
  double trust_in_maker = 0.5;      ///< learned probability that the volume maker keeps its word
  bool agreement_in_force = false;  ///< a transition agreement binds this year
  double charging_points_per_bev = 0;
  /// What it would pay at most for a vehicle made at home, with its jobs; EUR of public money, each
  /// of which costs more than one.
  double worth_of_vehicle_eur = 0;
  std::vector<Neighbour> neighbours;  ///< the other governments that follow a strategy
};

/// A rule by which a government sets its instruments. Rules have no memory and draw no luck:
/// one view, one answer. What a rule must remember belongs in the view, where it is recorded.
class PolicyStrategy {
 public:
  virtual ~PolicyStrategy() = default;
  virtual Instruments decide(const PolicyView& view) const = 0;
};

}  // namespace tavolo::agents
