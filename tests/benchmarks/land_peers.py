"""The peers' half of the land benchmark, run by the peers' own Python.

``PYTHON land_peers.py CASE.npz OUT.npz`` evaluates the land equations of established parks and
clusters (clearing and servicing, absorption, demand, water-filling, spillover, exits) for every
draw of the case: as a system-dynamics model in PySD, and as a NumPy function run by EMA Workbench.
Nothing of kichban is imported here.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

KINDS = ("park", "cluster")
#: passes of water-filling that a model without loops writes out
PASSES = 12
STOCKS = ("leased", "cleared", "serviced", "absorbed", "exits", "unmet", "demand")
#: arrays (draw, site) of each kind
BY_SITE = ("slope", "offset", "ready_slope", "ready_offset", "backlog", "p", "q", "decay")
#: arrays (site,)
FIXED = ("industrial", "first_cleared", "first_serviced", "first_leased", "attractiveness")
#: numbers by draw
SCALARS = (
    "keep", "ceiling", "prelease", "spillover", "trend", "investment", "growth", "ha_per_usd",
    "yield_growth", "fdi", "growing", "pace_park", "pace_cluster", "optimism_park",
    "optimism_cluster",
)  # fmt: skip


def words(name: str) -> str:
    """Give a name as Vensim writes it."""
    return name.replace("_", " ")


def mdl(case: dict[str, np.ndarray]) -> str:
    """Write the model in Vensim's language; everything that differs by draw is set from outside."""
    lines = ["{UTF-8}"]
    add = lines.append

    def equation(name: str, right: str) -> None:
        add(f"{name}={right}\n~~|")

    def array(values: np.ndarray) -> str:
        return ",".join(repr(float(v)) for v in values)

    for k in KINDS:
        count = len(case[f"{k}_industrial"])
        add(f"{k}: ({k}1-{k}{count})\n~~|")
        for name in FIXED:
            equation(f"{words(name)} {k}[{k}]", array(case[f"{k}_{name}"]))
        for name in BY_SITE:
            equation(f"{words(name)} {k}[{k}]", array(case[f"{k}_{name}"][0]))
        equation(f"luck {k}", "1")
    for name in SCALARS:
        equation(words(name), repr(float(case[name][0])))
    for k in KINDS:
        lines += [f"{left}={right}\n~~|" for left, right in (*site_equations(k), *shares(k))]
    quarters = case["luck_park"].shape[1]
    for name, value in (("INITIAL TIME", 0), ("FINAL TIME", quarters), ("TIME STEP", 1)):
        equation(name, str(value))
    equation("SAVEPER", "TIME STEP")
    return "\n".join(lines) + "\n"


def site_equations(k: str) -> list[tuple[str, str]]:
    """Give left and right sides of what each site of a kind does."""

    def of(name: str) -> str:
        return f"{name} {k}[{k}]"

    def ramp(slope: str, offset: str) -> str:
        return f"MIN(MAX((Time+1)*0.25*{slope}-{offset},0),1)"

    rest = f"({of('industrial')}-{of('first cleared')})"
    lag = f"({of('first cleared')}-{of('first serviced')})"
    x, p, q, left, speed = (of(name) for name in ("share", "p", "q", "left", "speed"))
    ready = f"{ramp(of('ready slope'), of('ready offset'))}*{rest}+{of('first serviced')}"
    ahead = f"prelease*({of('cleared')}-{of('serviced')})"
    bass = f"MAX((ceiling*{speed}-{p}*{left})/({speed}+{q}*{left})-{x},0)*{of('industrial')}"
    return [
        (of("cleared"), f"{ramp(of('slope'), of('offset'))}*{rest}+{of('first cleared')}"),
        (of("serviced"), f"{ready}+{lag}*MIN((Time+1)*0.25*{of('backlog')},1)"),
        (of("leased"), f"INTEG({of('absorbed')}-{of('exits')},{of('first leased')})"),
        (of("exits"), f"{of('leased')}*(1-keep)"),
        (of("kept"), f"{of('leased')}*keep"),
        (of("room"), f"{of('serviced')}+{ahead}-{of('kept')}"),
        (x, f"{of('kept')}/{of('industrial')}"),
        (speed, f"{p}+{q}*{x}"),
        (left, f"(ceiling-{x})*{of('decay')}"),
        (of("limit"), f"IF THEN ELSE({of('room')}>0,{bass},0)"),
        (of("capacity"), f"MAX(MIN({of('limit')},{of('room')}),0)"),
        (of("weight"), f"{of('limit')}*{of('attractiveness')}"),
        (
            of("absorbed"),
            f"IF THEN ELSE(wanted {k}>=supply {k},{of('capacity')},"
            f"MIN({of('capacity')},{of('weight')}*level {k} {PASSES}))",
        ),
    ]


def shares(k: str) -> list[tuple[str, str]]:
    """Give left and right sides of demand for a kind, and of the level it is shared out at."""
    annual = "(trend*pace cluster+growth*needed cluster)/(trend+growth)"
    if k == "park":
        annual = "trend*pace park+investment*(ha per usd*fdi)+growth*needed park"
    over = "spillover*MAX(demand park-supply park,0)"
    own = f"MIN(annual {k},pace {k})+optimism {k}*MAX(0,annual {k}-pace {k})"
    found = [
        (f"supply {k}", f"SUM(capacity {k}[{k}!])"),
        (f"stock {k}", f"SUM(leased {k}[{k}!])"),
        (f"needed {k}", f"MAX(0,stock {k}*((1+growing)/(1+yield growth)-1))"),
        (f"annual {k}", annual),
        (f"demand {k}", f"({own})*luck {k}"),
        (f"wanted {k}", f"demand {k}" + (f"+{over}" if k == "cluster" else "")),
        (f"unmet {k}", f"MAX(wanted {k}-supply {k},0)" + (f"-{over}" if k == "park" else "")),
        (f"level {k} 0", f"ZIDZ(wanted {k},SUM(weight {k}[{k}!]))"),
    ]
    for i in range(1, PASSES + 1):
        full, taken, free = (f"{name} {k} {i}[{k}]" for name in ("full", "taken", "open"))
        before, rest = f"level {k} {i - 1}", f"rest {k} {i}"
        spread = f"ZIDZ(wanted {k}-SUM(taken {k} {i}[{k}!]),{rest})"
        found += [
            (full, f"IF THEN ELSE(capacity {k}[{k}]<=weight {k}[{k}]*{before},1,0)"),
            (taken, f"{full}*capacity {k}[{k}]"),
            (free, f"(1-{full})*weight {k}[{k}]"),
            (rest, f"SUM(open {k} {i}[{k}!])"),
            (f"level {k} {i}", f"IF THEN ELSE({rest}>0,MAX({before},{spread}),{before})"),
        ]
    return found


def by_pysd(case: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], float]:
    """Run every draw in PySD; seconds without reading and translating the model."""
    import pandas as pd
    import pysd
    import xarray as xr

    folder = Path(tempfile.mkdtemp())
    (folder / "land.mdl").write_text(mdl(case), encoding="utf-8")
    model = pysd.read_vensim(str(folder / "land.mdl"))
    draws, quarters = case["luck_park"].shape
    columns = [
        f"{name} {k}" for k in KINDS for name in ("leased", "cleared", "serviced", "absorbed",
                                                  "exits", "unmet", "demand")
    ]  # fmt: skip
    found = {f"{k}_{n}": np.empty((draws, quarters)) for k in KINDS for n in STOCKS}
    seconds = 0.0
    for d in range(draws):
        given: dict[str, object] = {words(name): float(case[name][d]) for name in SCALARS}
        for k in KINDS:
            luck = np.append(case[f"luck_{k}"][d], case[f"luck_{k}"][d, -1])
            given[f"luck {k}"] = pd.Series(luck, index=range(quarters + 1))
            names = [f"{k}{i + 1}" for i in range(len(case[f"{k}_industrial"]))]
            # written into the text of the model they would lose their last digits
            for name in (*BY_SITE, *FIXED):
                values = case[f"{k}_{name}"] if name in FIXED else case[f"{k}_{name}"][d]
                given[f"{words(name)} {k}"] = xr.DataArray(values, {k: names}, [k])
        start = time.perf_counter()
        table = model.run(params=given, return_columns=columns)
        seconds += time.perf_counter() - start
        for k in KINDS:
            for name in STOCKS:
                own = [c for c in table.columns if c.split("[")[0] == f"{name} {k}"]
                path = table[own].sum(axis=1).to_numpy()
                # a stock at a quarter's end is the value at the next step
                found[f"{k}_{name}"][d] = path[1:] if name == "leased" else path[:quarters]
    return found, seconds


def one_draw(case: dict[str, np.ndarray], d: int) -> dict[str, np.ndarray]:
    """Evaluate one draw: sites side by side in NumPy, quarter by quarter."""
    own = {name: float(case[name][d]) for name in SCALARS}
    quarters = case["luck_park"].shape[1]
    out = {f"{k}_{n}": np.zeros(quarters) for k in KINDS for n in STOCKS}
    leased = {k: case[f"{k}_first_leased"].copy() for k in KINDS}
    for t in range(quarters):
        now, spilled = (t + 1) * 0.25, 0.0
        for k in KINDS:
            site = {name: case[f"{k}_{name}"] for name in FIXED}
            site |= {name: case[f"{k}_{name}"][d] for name in BY_SITE}
            rest = site["industrial"] - site["first_cleared"]
            share = np.clip(now * site["slope"] - site["offset"], 0.0, 1.0)
            cleared = share * rest + site["first_cleared"]
            share = np.clip(now * site["ready_slope"] - site["ready_offset"], 0.0, 1.0)
            waiting = site["first_cleared"] - site["first_serviced"]
            serviced = share * rest + site["first_serviced"]
            serviced = serviced + waiting * np.minimum(now * site["backlog"], 1.0)
            stock = leased[k].sum()
            kept = leased[k] * own["keep"]
            room = serviced + own["prelease"] * (cleared - serviced) - kept
            x = kept / site["industrial"]
            speed, left = site["p"] + site["q"] * x, (own["ceiling"] - x) * site["decay"]
            after = (own["ceiling"] * speed - site["p"] * left) / (speed + site["q"] * left)
            limit = np.where(room > 0, np.maximum(after - x, 0.0) * site["industrial"], 0.0)
            capacity = np.maximum(np.minimum(limit, room), 0.0)
            needed = max(0.0, stock * ((1 + own["growing"]) / (1 + own["yield_growth"]) - 1))
            if k == "park":
                annual = own["trend"] * own["pace_park"] + own["growth"] * needed
                annual += own["investment"] * own["ha_per_usd"] * own["fdi"]
            else:
                annual = (own["trend"] * own["pace_cluster"] + own["growth"] * needed) / (
                    own["trend"] + own["growth"]
                )
            pace = own[f"pace_{k}"]
            demand = min(annual, pace) + own[f"optimism_{k}"] * max(0.0, annual - pace)
            demand *= case[f"luck_{k}"][d, t]
            wanted, supply = demand + spilled, capacity.sum()
            taken = capacity
            if wanted < supply:
                taken = fill(capacity, limit * site["attractiveness"], wanted)
            unmet = max(wanted - supply, 0.0)
            spilled = own["spillover"] * unmet if k == "park" else 0.0
            leased[k] = kept + taken
            for name, value in (
                ("leased", leased[k].sum()), ("cleared", cleared.sum()),
                ("serviced", serviced.sum()), ("absorbed", taken.sum()),
                ("exits", stock * (1.0 - own["keep"])), ("unmet", unmet - spilled),
                ("demand", demand),
            ):  # fmt: skip
                out[f"{k}_{name}"][t] = value
    return out


def fill(capacity: np.ndarray, weight: np.ndarray, wanted: float) -> np.ndarray:
    """Share demand out in proportion to weights, nobody more than fits."""
    level, count = wanted / weight.sum(), -1
    while True:
        full = capacity <= weight * level
        if full.sum() == count or full.all():
            return np.minimum(capacity, weight * level)
        count = full.sum()
        level = max(level, (wanted - capacity[full].sum()) / weight[~full].sum())


def by_ema(case: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], float]:
    """Run every draw as an experiment of EMA Workbench, one after the other."""
    from ema_workbench import (
        ArrayOutcome,
        IntegerParameter,
        Model,
        Scenario,
        SequentialEvaluator,
        ema_logging,
    )

    ema_logging.log_to_stderr(logging.ERROR)
    draws = len(case["luck_park"])
    model = Model("land", function=lambda draw: one_draw(case, int(draw)))
    model.uncertainties = [IntegerParameter("draw", 0, max(draws - 1, 1))]
    model.outcomes = [ArrayOutcome(f"{k}_{n}") for k in KINDS for n in STOCKS]
    asked = [Scenario(f"draw {d}", draw=d) for d in range(draws)]
    start = time.perf_counter()
    with SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(asked)
    seconds = time.perf_counter() - start
    order = np.argsort(experiments["draw"].to_numpy(dtype=int))
    return {name: np.asarray(values)[order] for name, values in outcomes.items()}, seconds


def main(source: str, out: str) -> None:
    """Evaluate both and say how long it took and what memory the process had at most."""
    warnings.filterwarnings("ignore")
    with np.load(source) as found:
        case = {name: found[name] for name in found.files}
    results, seconds = {}, {}
    for name, run in (("ema", by_ema), ("pysd", by_pysd)):
        values, seconds[name] = run(case)
        seconds[f"{name}_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        results |= {f"{name}_{key}": value for key, value in values.items()}
    np.savez(out, **results)
    names = {"pysd": version("pysd"), "ema": version("ema-workbench"), "numpy": np.__version__}
    print(json.dumps({**seconds, "versions": names}))


if __name__ == "__main__":
    main(*sys.argv[1:])
