"""Pools of any size whose people do not exist: seven questions, thousands of possible answers to all of them.

The same size gives the same bytes. What people answer hangs together, because each belongs to one of a few milieus;
who replies differs from the population; the quotas are the population's shares of the seats, floor to ceiling.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pools import Pool, cache_folder

VALUES = (2, 6, 5, 4, 3, 3, 4)
"""Answers to each question: 8,640 combinations in all."""
MILIEUS = 4
SELF_SELECTION = 0.35
"""Standard deviation of the logarithm of how readily the people of one answer reply."""
SEED = 20210521
VERSION = 1
"""Goes up when the generator changes, so that older pools in the cache are not taken for its own."""
MOST_SEATS = 1000

_Shares = list[NDArray[np.float64]]


def generated_pool(people: int, cache: Path | None = None) -> Pool:
    """Give a pool of a size, from the cache if it has been made before.

    Parameters
    ----------
    people
        Number of replies; a tenth of them, up to `MOST_SEATS`, are the seats.
    cache
        Folder for generated pools.
    """
    name = f"scale_{people}"
    folder = (cache or cache_folder()) / f"{name}-{VERSION}"
    if not folder.exists():
        fresh = folder.with_suffix(".part")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        seats = min(MOST_SEATS, people // 10)
        population, codes = _answers(people)
        (fresh / "panel_size").write_text(f"{seats}\n")
        (fresh / "categories.csv").write_text("".join(_quota_lines(population, seats)))
        (fresh / "respondents.csv").write_text(_replies(codes))
        fresh.rename(folder)
    return Pool(name, folder)


def _answers(people: int) -> tuple[_Shares, NDArray[np.int64]]:
    """Give the population's shares of the answers to each question, and the answers of those who reply."""
    # the questions are drawn first and do not depend on the size: pools of all sizes have the same population
    random = np.random.Generator(np.random.PCG64(SEED))
    milieus = random.dirichlet(np.full(MILIEUS, 6.0))
    by_milieu = [random.dirichlet(np.full(count, 2.0), MILIEUS) for count in VALUES]
    odds = [np.exp(random.normal(0.0, SELF_SELECTION, count)) for count in VALUES]
    random = np.random.Generator(np.random.PCG64([SEED, people]))
    milieu = random.choice(MILIEUS, size=people, p=milieus)
    columns = []
    for shares, ready in zip(by_milieu, odds, strict=True):
        replying = shares * ready
        steps = np.cumsum(replying, axis=1) / replying.sum(axis=1, keepdims=True)
        columns.append((random.random(people)[:, None] >= steps[milieu, :-1]).sum(axis=1))
    return [milieus @ shares for shares in by_milieu], np.stack(columns, axis=1)


def _quota_lines(population: _Shares, seats: int) -> Iterator[str]:
    yield "category,feature,min,max\n"
    for letter, shares in zip("abcdefg", population, strict=True):
        for number, share in enumerate(shares.tolist(), start=1):
            yield f"{letter},{letter}{number},{int(np.floor(share * seats))},{int(np.ceil(share * seats))}\n"


def _replies(codes: NDArray[np.int64]) -> str:
    """Write the replies; each combination of answers is spelt out only once."""
    cells = [
        ",".join(f"{letter}{number}" for letter, number in zip("abcdefg", numbers, strict=True))
        for numbers in product(*(range(1, count + 1) for count in VALUES))
    ]
    which = np.ravel_multi_index(tuple(codes.T), VALUES).tolist()
    digits = len(str(len(which)))
    rows = (f"p{person:0{digits}d},{cells[cell]}" for person, cell in enumerate(which, start=1))
    return "id,a,b,c,d,e,f,g\n" + "\n".join(rows) + "\n"
