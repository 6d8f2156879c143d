"""A strategy with parameters: what a search of configs/searches varies."""

import tavolo


def decide(view, bonus_eur, bonus_fund_share, grant_share, clawback_share=1.0):
    """A bonus for electric cars from one part of the budget, grants for plants from the other.

    bonus_eur: for an electric car of up to 35 000 EUR before VAT. bonus_fund_share: of the yearly
    budget that goes to the bonus; grants get the rest. grant_share: of a project's capex.
    """
    budget = view.budget_eur
    if budget <= 0:
        return tavolo.Instruments()
    levers = tavolo.Instruments()
    if bonus_eur > 0 and bonus_fund_share > 0:
        levers.purchase_budget_eur = bonus_fund_share * budget
        levers.bonus_bev_eur = bonus_eur
        levers.price_cap_eur = 35_000
    if grant_share > 0 and bonus_fund_share < 1:
        levers.grant_budget_eur = (1 - bonus_fund_share) * budget
        levers.grant_share = grant_share
        levers.clawback_share = clawback_share
    return levers
