"""How long questions to a database take: what a person waits for, and how long this process itself was at work.

All of SQLite is in the second, of PostgreSQL only what reads its rows. On a machine that others use too, the second
is the figure that can be trusted.
"""

import statistics
import time
from collections.abc import Callable, Iterable

Cost = dict[str, float]


def measure(questions: Iterable[tuple[str, Callable[[], int]]], times: int) -> dict[str, Cost]:
    """Ask each `times` times, print and return `p50_ms`, `p95_ms`, `own_ms` and `rows`, by the question's name."""
    report: dict[str, Cost] = {}
    for name, ask in questions:
        ask()  # the first call of a process compiles statements
        took, at_work = [], time.process_time()
        for _ in range(times):
            began = time.perf_counter()
            rows = ask()
            took.append((time.perf_counter() - began) * 1000)
        own = (time.process_time() - at_work) / times * 1000
        cuts = statistics.quantiles(took, n=20)
        cost = {"p50_ms": cuts[9], "p95_ms": cuts[18], "own_ms": own}
        report[name] = {**{what: round(one, 1) for what, one in cost.items()}, "rows": rows}
        print(f"  {name:32} p50 {cuts[9]:7.1f}   p95 {cuts[18]:7.1f}   own {own:6.1f} ms   {rows} rows", flush=True)
    return report
