"""Prints how many of the labelled phrases the safety rules catch and how many ordinary ones they raise by mistake.

Run it with `python -m tests.core.safety.measure`; `--misses` also lists the phrases that went wrong, `--only building`
keeps to one file. The intervals are Wilson's, 95 %.
"""

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

import bot.core.safety
from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.core.safety import SafetyNet
from bot.core.safety_rules import RULES_FILE_NAME

HERE = Path(__file__).parent
FILES = ("building", "held_back")
NONE = "none"


@dataclass(frozen=True)
class Phrase:
    text: str
    expect: str
    tags: tuple[str, ...]

    @property
    def ordinary(self) -> bool:
        return self.expect == NONE


def phrases(file: str) -> list[Phrase]:
    """The labelled phrases of `building` or `held_back`."""
    entries = YAML(typ="safe", pure=True).load((HERE / f"{file}.yml").read_text(encoding="utf-8"))
    return [Phrase(entry["text"], entry["expect"], tuple(entry["tags"])) for entry in entries]


def shipped_net() -> SafetyNet:
    """The safety net with the rules that patients get."""
    rules = Path(bot.core.safety.__file__).with_name(RULES_FILE_NAME)
    return SafetyNet.from_text(rules.read_text(encoding="utf-8"))


def caught(net: SafetyNet, phrase: Phrase) -> bool:
    """Whether a symptom phrase raised its kind or a more severe one."""
    hits = net.check(phrase.text)
    wanted = SAFETY_KINDS.index(DecisionKind(phrase.expect))
    return bool(hits) and SAFETY_KINDS.index(hits[0].kind) <= wanted


def raised(net: SafetyNet, phrase: Phrase) -> bool:
    """Whether a phrase raised anything."""
    return bool(net.check(phrase.text))


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a proportion."""
    if not total:
        return 0.0, 1.0
    z = 1.96
    share = count / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - spread) / scale, (middle + spread) / scale


def line(name: str, count: int, total: int) -> str:
    low, high = wilson(count, total)
    share = count / total if total else 0.0
    return f"  {name:<28} {count:>4} of {total:<4} {share:7.1%}  ({low:.1%} to {high:.1%})"


def report(net: SafetyNet, file: str, list_misses: bool) -> None:
    labelled = phrases(file)
    signs = [phrase for phrase in labelled if not phrase.ordinary]
    ordinary = [phrase for phrase in labelled if phrase.ordinary]
    missed = [phrase for phrase in signs if not caught(net, phrase)]
    alarms = [phrase for phrase in ordinary if raised(net, phrase)]
    print(f"{file}")
    print(line("caught", len(signs) - len(missed), len(signs)))
    for kind in SAFETY_KINDS:
        of_kind = [phrase for phrase in signs if phrase.expect == kind]
        print(line(f"  {kind}", sum(phrase not in missed for phrase in of_kind), len(of_kind)))
    must = [phrase for phrase in signs if "must" in phrase.tags]
    print(line("  tagged must", sum(phrase not in missed for phrase in must), len(must)))
    print(line("false alarms", len(alarms), len(ordinary)))
    if list_misses:
        for phrase in missed:
            print(f"    missed  {phrase.expect:<10} {phrase.text}  {list(phrase.tags)}")
        for phrase in alarms:
            print(f"    alarm   {phrase.text}  {[hit.rule for hit in net.check(phrase.text)]}")


def milliseconds(net: SafetyNet) -> tuple[float, float]:
    """Middle and 99th percentile time of a check, over all labelled phrases."""
    times = []
    for file in FILES:
        for phrase in phrases(file):
            start = time.perf_counter()
            net.check(phrase.text)
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--only", choices=FILES)
    options = parser.parse_args()
    net = shipped_net()
    for file in [options.only] if options.only else FILES:
        report(net, file, options.misses)
    middle, slow = milliseconds(net)
    print(f"one check: {middle:.2f} ms in the middle, {slow:.2f} ms at the 99th percentile")


if __name__ == "__main__":
    main()
