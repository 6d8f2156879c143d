#pragma once

/// Two parties divide 1 by turns of offers, each impatient: what the theory of alternating offers
/// says the first to speak gets. Limits by which protocols and tables are judged.
namespace tavolo::engine::negotiation {

/// Share of the first proposer when talks end after `rounds` offers >= 1 with nothing for either,
/// by backward induction: the last proposer takes all; the one before leaves its partner just what
/// that partner would get, discounted, by waiting; and so on. `first_discount` and
/// `second_discount` in [0, 1]: what 1 a round later is worth now. Stahl (1972), Bargaining Theory.
double first_share(double first_discount, double second_discount, int rounds);

/// The same without a deadline: (1 - d2) / (1 - d1 d2), the limit of first_share() as rounds grow,
/// for d1 d2 < 1. Rubinstein (1982), Econometrica 50, 97-109.
double rubinstein_share(double first_discount, double second_discount);

/// Share of the first party when offers follow without delay and the parties discount time at
/// these rates (> 0), the limit of rubinstein_share(exp(-r1 t), exp(-r2 t)) as t falls to 0:
/// r2 / (r1 + r2). Also the asymmetric Nash solution with powers 1/r1 and 1/r2: Binmore, Rubinstein
/// & Wolinsky (1986), RAND J. Economics 17, 176-188.
double rubinstein_limit(double first_rate, double second_rate);

}  // namespace tavolo::engine::negotiation
