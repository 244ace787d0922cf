"""All pairs: few rows, such that any two values of different factors stand together in one of them."""

import itertools


def all_pairs(*factors):
    """Rows, one value of each factor. The same factors give the same rows."""
    owed = {
        ((one, first), (other, second))
        for one, other in itertools.combinations(range(len(factors)), 2)
        for first in factors[one]
        for second in factors[other]
    }
    rows = []
    while owed:
        best = max(candidates(factors, owed), key=lambda row: len(pairs_of(row) & owed))
        rows.append(best)
        owed -= pairs_of(best)
    # Pages stand in their order, so that who reads along sees how far it is.
    return sorted(rows, key=lambda row: [factor.index(value) for factor, value in zip(factors, row)])


def candidates(factors, owed):
    """Rows that hold the first pair that is still owed, in all ways of filling up the rest: factors are few and short."""
    (one, first), (other, second) = min(owed, key=lambda pair: [(at, factors[at].index(value)) for at, value in pair])
    fixed = {one: [first], other: [second]}
    return itertools.product(*(fixed.get(at, factor) for at, factor in enumerate(factors)))


def pairs_of(row):
    return set(itertools.combinations(enumerate(row), 2))
