"""python -m bench: measures, and prints a table of goals and what was found."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from operator import attrgetter
from typing import Any

from bench import comparison, load, proxy, queries, registry, servers, signing, web, writing
from bench.load import Rate
from bench.queries import Times

MEASURED = registry.FOLDER / "measured.json"


def main() -> int:
    """Measures what was asked for; gives the exit status."""
    wanted = argparse.ArgumentParser(prog="python -m bench")
    wanted.add_argument("--educators", type=int, default=300_000)
    wanted.add_argument("--over", type=int, default=0, help="a smaller registry to compare with")
    wanted.add_argument("--seconds", type=int, default=3, help="of each round over HTTP")
    wanted.add_argument("--lookup-only", action="store_true")
    wanted.add_argument("--peers-only", action="store_true")
    asked = wanted.parse_args()
    begun = time.perf_counter()
    made = registry.registry(asked.educators)
    for line in _lines(asked, made):
        say(line)
    say(f"\n{time.perf_counter() - begun:.0f} seconds on {os.cpu_count()} cores")
    return 0


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _lines(asked: argparse.Namespace, made: registry.Made) -> Iterator[str]:
    if not asked.peers_only:
        yield from _sizes(asked.educators, made)
        other = registry.registry(asked.over) if asked.over else None
        yield from questions(made, asked.educators, other)
    if load.can_load():
        yield from _web(made, asked)
    else:
        yield "\nwrk is not installed (apt-get install wrk): answers over HTTP are not measured"
    if not asked.lookup_only and not asked.peers_only:
        yield from _writing(asked.educators)


def _web(made: registry.Made, asked: argparse.Namespace) -> Iterator[str]:
    yield from _answers(made, asked)
    if asked.peers_only:
        return
    yield goal("cold start to the first answer, s", servers.cold_start(made), 1.5, below=True)
    if proxy.can_serve():
        kept, file = proxy.measure(made)
        yield f"\nnginx, a second: {kept:,.0f} of an answer that it keeps, {file:,.0f} of a file"
        yield goal("kept answer of a file, behind nginx", kept / file, 0.9)
    yield from _while_signing_in(made, asked.seconds)


def _answers(made: registry.Made, asked: argparse.Namespace) -> Iterator[str]:
    """Beside peers where they are there."""
    compared = comparison.can_compare() and not asked.lookup_only
    rates = (comparison if compared else web).measure(made, asked.seconds)
    if compared:
        keep("peers", {kind: rate.a_second for kind, rate in rates.items()})
    hello, logged = rates[web.HELLO], rates[web.HELLO_LOGGED]
    columns = f"{'a second':>9} {'p99 ms':>8} {'of hello':>9} {'of hello logged':>16}"
    yield f"\n{'over HTTP, 16 connections':40} {columns}"
    for rate in rates.values():
        shares = [rate.a_second / each.a_second for each in (hello, logged)]
        line = f"{rate.kind:40} {rate.a_second:9,.0f} {rate.p99:8.1f}"
        yield f"{line} {shares[0]:9.3f} {shares[1]:16.3f}"
    for name, of in (("hello", hello), ("hello logged", logged)):
        yield from _of_hello(rates, name, of)
    if compared:
        yield from _of_peers(rates)
    elif not asked.lookup_only:
        yield "Peers are not there (make bench-peers): not compared with them"


def _of_hello(rates: Mapping[str, Rate], name: str, hello: Rate) -> Iterator[str]:
    for kind, wanted in ((web.JSON, 1.5), (web.JSON_BY_ROUTE, 0.65), (web.HTML, 0.55)):
        yield goal(f"{kind}, of {name}", rates[kind].a_second / hello.a_second, wanted)
    yield goal(f"p99 of JSON over that of {name}", rates[web.JSON].p99 / hello.p99, 1.2, below=True)


def _of_peers(rates: Mapping[str, Rate]) -> Iterator[str]:
    alone = rates[comparison.ALONE].a_second
    for kind in (comparison.DATASETTE, comparison.DATASETTE_ROWS, comparison.DATASETTE_FIRST):
        yield goal(f"JSON, 1 process, of {kind}", alone / rates[kind].a_second, 20)
    django = max(rates[kind].a_second for kind in (comparison.DJANGO, comparison.DJANGO_GUNICORN))
    yield goal("HTML, of Django ORM's better one", rates[web.HTML].a_second / django, 8)


def _sizes(educators: int, made: registry.Made) -> Iterator[str]:
    yield f"{educators:,} educators: {registry.size(made) / 1e9:.2f} GB"
    yield f"  rows written in {made.seconds_rows:.0f} s"
    yield f"  lookup built in {made.seconds_lookup:.0f} s"


def questions(made: registry.Made, educators: int, other: registry.Made | None) -> Iterator[str]:
    """How long each kind takes, and how much longer than with the other registry, a smaller one."""
    app = registry.application(made.url, made.folder)
    apps = [app, registry.application(other.url, other.folder)] if other else [app]
    found, *less = queries.in_turns(apps)
    smaller = {times.kind: times for each in less for times in each}
    yield f"\n{'question':36} {'p50 ms':>8} {'p99 ms':>8} {'found':>6}  growth p50, p99"
    keep("questions", {str(educators): {each.kind: [each.p50, each.p99] for each in found}})
    for times in found:
        line = f"{times.kind:36} {times.p50:8.3f} {times.p99:8.3f} {times.found:6.1f}"
        if less_so := smaller.get(times.kind):
            line += f"  {times.p50 / less_so.p50:.2f}, {times.p99 / less_so.p99:.2f}"
        yield line
    if smaller:
        yield from _growth(found, smaller)
    first, far = queries.pages(app)
    for times in (first, far):
        yield f"{times.kind:36} {times.p50:8.3f} {times.p99:8.3f} {times.found:6.1f}"
    yield goal("page at row 5,000 over first page", far.p50 / first.p50, 1.1, below=True)
    forgiven = queries.forgiveness(app)
    yield goal("one typing error: found on the first page", forgiven.recall, 0.99)
    yield goal("one typing error: ms, the middle one", forgiven.times.p50, 0.2, below=True)
    for kind, each in queries.parts(app).items():
        yield goal(f"{kind}: found on the first page", each.recall, 0.99)
        yield goal(f"{kind}: ms, the middle one", each.times.p50, 0.3, below=True)


def _growth(found: Sequence[Times], smaller: Mapping[str, Times]) -> Iterator[str]:
    """The question that grows most with the registry."""
    for name, of, wanted in (
        ("p50", attrgetter("p50"), 1.5),
        ("p99", attrgetter("p99"), 2),
    ):
        grown = {each.kind: of(each) / of(smaller[each.kind]) for each in found}
        kind = max(grown, key=lambda kind: grown[kind])
        yield goal(f"{name} with size, at most: {kind}", grown[kind], wanted, below=True)


def _while_signing_in(made: registry.Made, seconds: float) -> Iterator[str]:
    columns = f"{'a second':>9} {'p99 ms':>8} {'sign-ins':>9} {'each ms':>8}"
    yield f"\n{'JSON while others sign in':40} {columns}"
    found = {each.how: each for each in signing.measure(made, seconds)}
    for each in found.values():
        line = f"{each.how:40} {each.lookup.a_second:9,.0f} {each.lookup.p99:8.1f}"
        yield f"{line} {each.sign_ins:9.1f} {each.waited:8.0f}"
    alone, apart = (found[how].lookup for how in (signing.ALONE, signing.APART_NICE))
    yield goal(
        "p99 while others sign in, apart, over alone", apart.p99 / alone.p99, 1.5, below=True
    )


def _writing(educators: int) -> Iterator[str]:
    lines = max(300, educators // 3)
    found = writing.importing(lines)
    yield from _imported("SQLite", found, found.read, "csv.reader", 0.17)
    if writing.has_postgresql():
        found = writing.importing(lines, writing.start_postgresql())
        yield from _imported("PostgreSQL", found, found.copied, "COPY", 0.5)
    spread = writing.amplification(min(200, educators // 20))
    yield goal("approving with the lookup over without", spread, 1.3, below=True)
    ours, theirs = writing.sign_ins()
    yield goal(f"sign-ins ({ours:.0f}/s) over Werkzeug's scrypt", ours / theirs, 3.5)


def _imported(
    database: str, found: writing.Imported, over: float, of: str, wanted: float
) -> Iterator[str]:
    yield f"\n{f'import into {database}, lines a second':36} of {of}"
    for step, rate in asdict(found).items():
        if rate:
            yield f"  {step:34} {rate:12,.0f} {rate / over:6.2f}"
    yield goal(f"import into {database}, checked and staged", found.staged / over, wanted)
    yield goal(f"import into {database}, merged", found.merged / over, wanted)


def keep(name: str, found: dict[str, Any]) -> None:
    """Keeps what was measured last, for the plots; questions to registries of other sizes stay."""
    kept = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    kept[name] = {**kept.get(name, {}), **found} if name == "questions" else found
    MEASURED.write_text(json.dumps(kept, indent=1))


def goal(name: str, found: float, wanted: float, below: bool = False) -> str:
    """A line that says what was found, what was wanted, and whether that is met."""
    met = found <= wanted if below else found >= wanted
    sign = "≤" if below else "≥"
    return f"{name:56} {found:7.2f}  goal {sign} {wanted:<5} {'met' if met else 'not met'}"


if __name__ == "__main__":
    sys.exit(main())
