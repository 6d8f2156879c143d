#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/demand/lanes.h"
#include "engine/grid.h"

/// Demand for differentiated products: the random-coefficients logit with one level of nests.
///
///     u_ij = d_j + t_ij + a_i p_j + e_ij,      u_i0 = e_i0
///
/// for consumer (or draw) i, product j and the outside good 0, with mean utility d_j at price zero,
/// taste t_ij, price slope a_i and an extreme-value e_ij that is correlated by rho within a nest.
/// Without nests it is the mixed logit, with one consumer the plain one.
///
/// Berry (1994), RAND Journal of Economics 25, 242-262; Berry, Levinsohn & Pakes (1995),
/// Econometrica 63, 841-890; with nests Grigolon & Verboven (2014), Review of Economics and
/// Statistics 96, 916-935.

namespace tavolo::engine::demand {

/// The consumers of a market. Weights are as they come: they need not sum to one.
struct Consumers {
  std::vector<double> weight;       ///< by consumer
  std::vector<double> price_slope;  ///< by consumer: du/dp, negative where demand falls
  Grid<double> taste;               ///< consumer x product: what deviates from mean utility [utils]
};

/// A nest for each product; -1: none, as good as a nest of its own.
struct Nests {
  std::vector<int> of;      ///< by product; empty: no nests
  std::vector<double> rho;  ///< by nest: correlation in [0, 1); 0 is the plain logit
};

/// A firm counts a share of another firm's profit when it prices (O'Brien & Salop 2000, Antitrust
/// Law Journal 67, 559-614). A share of 1 both ways is a merger.
struct Stake {
  int firm, in;
  double share;
};

/// What a market does at given prices, by product.
struct Response {
  std::vector<double> share;
  std::vector<double> own_slope;      ///< ds_j/dp_j
  std::vector<double> outside_slope;  ///< ds_0/dp_j, of the outside good
  double consumer_surplus = 0;        ///< sum_i w_i ln(1 + sum exp u) / -a_i, in money per head
};

/// One market. Its sums are made in a fixed order, whatever the machine's vector width.
/// Not for two threads at once: it keeps working space.
class LogitMarket {
 public:
  /// `firm`: of each product, in 0 .. firms - 1. Sizes agree and rho is in [0, 1), or it is a
  /// defect of the caller.
  LogitMarket(const Consumers&, const Nests&, std::span<const int> firm, int firms);

  std::size_t products() const { return position_.size(); }
  std::span<const int> firm() const { return firm_; }
  int firms() const { return firms_; }
  /// 1 - rho of its nest, by product: the damping of the contraction.
  const std::vector<double>& damping() const { return damping_; }
  std::span<const Stake> stakes() const { return stakes_; }

  /// d_j, by product; zero at first.
  void set_mean_utility(std::span<const double> utility);
  /// The stakes that firms have in others; none at first.
  void set_stakes(std::vector<Stake> stakes);

  void shares(std::span<const double> price, std::span<double> result);
  Response response(std::span<const double> price);

  /// The Morrow-Skerlos zeta map: the markups that the first-order conditions ask for when firms
  /// have the markups `markup` at prices `price`; NaN for a product that nobody buys, or whose
  /// buyers do not mind its price. No matrix is built: O(consumers x products).
  /// Morrow & Skerlos (2011), Operations Research 59, 328-345.
  void zeta(std::span<const double> price, std::span<const double> markup,
            std::span<double> result);

  /// ds_k/dp_j for all pairs of `which`, row j, column k.
  Grid<double> price_effects(std::span<const double> price, std::span<const std::size_t> which);

 private:
  struct Nest {
    std::size_t first, last;  // positions
    std::size_t first_run, last_run;
    double rho;
  };
  /// Neighbouring positions of one firm in one nest.
  struct Run {
    std::size_t first, last;
    std::size_t firm;
  };
  struct RunStake {
    std::size_t run, in;
    double share;
  };

  std::vector<double> placed(std::span<const double> by_product) const;
  void set_price(std::span<const double> price);
  void work_out(std::size_t block);

  int firms_;
  std::vector<int> firm_;              // by product
  std::vector<double> damping_;        // by product
  std::vector<std::size_t> position_;  // of each product: sorted by nest, then by firm
  std::vector<Nest> nests_;
  std::vector<Run> runs_;
  std::vector<Stake> stakes_;
  std::vector<RunStake> run_stakes_;  // between runs of the same nest

  // consumers in blocks of lanes, the last one filled up with consumers of weight zero
  std::vector<Lanes> weight_, slope_;  // [block]
  std::vector<Lanes> taste_;           // [block][position]
  std::vector<double> utility_;        // by position

  // working space of one block
  std::vector<double> price_;                 // by position
  std::vector<Lanes> exp_;                    // by position: exp of u less the nest's greatest
  std::vector<Lanes> inverse_, per_exp_;      // by nest: what exp_ is multiplied by for the
                                              // probability within the nest, and for that of all
  std::vector<Lanes> reference_;              // by nest
  std::vector<Lanes> profit_, joint_;         // by firm: markups by probability; with its stakes'
  std::vector<Lanes> in_run_, joint_in_run_;  // by run: the same, given the nest
  Lanes outside_, log_sum_;                   // probability; ln(1 + sum exp u)
};

}  // namespace tavolo::engine::demand
