#!/usr/bin/env python3
"""Compares `leash bench` with hyperfine and `perf stat`: whether it is true, how steady it is, and what it costs.

    ./mvnw -DskipTests package && benchmarks/measuring.py [--quick] [PART...]

The parts: medians, same, load, difference, cost. It takes some ten minutes, and wants a machine that does nothing
else. What is not installed is left out. It prints tables of Markdown.
"""

import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

LEASH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "target", "leash")
QUICK = "--quick" in sys.argv
TEMP = tempfile.mkdtemp(prefix="measuring-")
LOOP = "awk 'BEGIN { for (i = 0; i < %d; i++) n += i }'"


def times(how_many):
    return max(3, how_many // 10) if QUICK else how_many


def has(program):
    return shutil.which(program) is not None


def leash(runs, *commands):
    """The medians, the comparison of the second command with the first one, and the means."""
    raw = os.path.join(TEMP, "raw.json")
    line = [LEASH, "bench", "-r", str(runs), "--export-raw=" + raw]
    for number, command in enumerate(commands):
        line += ["-n", f"{number}", command]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    with open(raw) as file:
        variants = json.load(file)["variants"]
    walls = [v["summary"]["wall"] for v in variants]
    return [w["median"] for w in walls], variants[-1].get("comparison"), [w["mean"] for w in walls]


def hyperfine(runs, *commands):
    raw = os.path.join(TEMP, "hyperfine.json")
    subprocess.run(
        ["hyperfine", "-N", "--style=none", "-r", str(runs), "--export-json", raw, *commands],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(raw) as file:
        return json.load(file)["results"]


def perf(runs, command):
    """The mean: perf tells no median."""
    out = os.path.join(TEMP, "perf.txt")
    subprocess.run(["perf", "stat", "-r", str(runs), "-o", out, "sh", "-c", "exec " + command], check=True,
                   stdout=subprocess.DEVNULL)
    with open(out) as file:
        return next(float(line.split()[0]) for line in file if "seconds time elapsed" in line)


def ms(seconds):
    return f"{seconds * 1e3:.3f}"


def medians():
    runs = times(200)
    print(f"\nMedians in ms of {runs} runs each (perf stat: the mean, of `sh -c 'exec …'`):\n")
    print("| program | leash bench | hyperfine -N | perf stat -r |\n|---|--:|--:|--:|")
    for name, command in [("`true`", "true"), ("`sleep 0.02`", "sleep 0.02"), ("`awk`, a loop", LOOP % 100_000),
                          ("`gzip`, 2 MB", "gzip -kc " + data())]:
        row = [ms(leash(runs, command)[0][0])]
        row.append(ms(hyperfine(runs, command)[0]["median"]) if has("hyperfine") else "–")
        row.append(ms(perf(runs, command)) if has("perf") else "–")
        print("| " + " | ".join([name, *row]) + " |", flush=True)


def data():
    path = os.path.join(TEMP, "data")
    if not os.path.exists(path):
        drawn = random.Random(1)
        with open(path, "wb") as file:
            file.write(bytes(drawn.choice(b"leash bench\n") for _ in range(2_000_000)))
    return path


def same():
    """False alarms."""
    count, runs = times(200), 20
    found = outside = 0
    for _ in range(count):
        _, comparison, _ = leash(runs, "true", "true")
        found += comparison["p"] < 0.05
        outside += not comparison["low"] <= 1 <= comparison["high"]
    print(f"\n`true` beside `true`, {count} times with {runs} runs: a difference in {found}"
          f" ({100 * found / count:.1f} %), an interval without 1 in {outside} ({100 * outside / count:.1f} %)",
          flush=True)


def load(stop):
    """Busy for a while, idle for a while, on all processors: in a process of its own."""
    drawn = random.Random(2)
    while not os.path.exists(stop):
        busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(os.cpu_count())]
        time.sleep(drawn.uniform(0.2, 1.5))
        for process in busy:
            process.kill()
            process.wait()
        time.sleep(drawn.uniform(0.2, 1.5))


def spread(ratios):
    logs = sorted(math.log(r) for r in ratios)
    low, _, high = statistics.quantiles(logs, n=4)
    return f"{100 * statistics.stdev(logs):.1f} % | {100 * (high - low):.1f} % | {100 * max(map(abs, logs)):.0f} %"


def under_load():
    count, runs = times(50), 20
    command = LOOP % 100_000
    stop = os.path.join(TEMP, "stop")
    pid = os.fork()
    if pid == 0:
        load(stop)
        os._exit(0)
    ours, ours_means, theirs, theirs_means = [], [], [], []
    ours_found = theirs_found = 0
    try:
        for _ in range(count):
            medians_, comparison, means = leash(runs, command, command)
            ours.append(medians_[1] / medians_[0])
            ours_means.append(means[1] / means[0])
            ours_found += comparison["p"] < 0.05
            if has("hyperfine"):
                a, b = hyperfine(runs, command, command)
                theirs.append(b["median"] / a["median"])
                theirs_means.append(b["mean"] / a["mean"])
                # What it prints: the ratio of the means, and its error by propagation.
                ratio = b["mean"] / a["mean"]
                error = ratio * math.hypot(a["stddev"] / a["mean"], b["stddev"] / b["mean"])
                theirs_found += not ratio - error <= 1 <= ratio + error
    finally:
        open(stop, "w").close()
        os.waitpid(pid, 0)
    print(f"\nThe same program twice, {count} times with {runs} runs each, beside load that comes and goes: how far the"
          " ratio is from 1 that should be 1:\n")
    print("| | standard deviation | middle half | furthest |\n|---|--:|--:|--:|")
    print("| leash bench, medians | " + spread(ours) + " |")
    print("| leash bench, means | " + spread(ours_means) + " |")
    if theirs:
        print("| hyperfine, medians | " + spread(theirs) + " |")
        print("| hyperfine, means | " + spread(theirs_means) + " |")
    print(f"\nA difference was seen by leash bench in {ours_found} of them", end="")
    print(f"; the ± of hyperfine was without 1 in {theirs_found}." if theirs else ".", flush=True)


def difference():
    count = times(20)
    print(f"\nA loop beside one that is 2 % longer, {count} times:\n")
    print("| runs | found | interval without 1 | median of the ratios |\n|--:|--:|--:|--:|")
    for runs in (20, 50, 100):
        found = outside = 0
        ratios = []
        for _ in range(count):
            _, comparison, _ = leash(runs, LOOP % 200_000, LOOP % 204_000)
            found += comparison["p"] < 0.05 and comparison["ratio"] > 1
            outside += comparison["low"] > 1
            ratios.append(comparison["ratio"])
        print(f"| {runs} | {100 * found / count:.0f} % | {100 * outside / count:.0f} % |"
              f" {statistics.median(ratios):.3f} |", flush=True)


def total(command):
    start, before = time.monotonic(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - start, cpu


def cost():
    few, many = times(200), times(4_200)
    tools = {"leash bench": lambda n: [LEASH, "bench", "-r", str(n), "true"]}
    if has("hyperfine"):
        tools["hyperfine -N"] = lambda n: ["hyperfine", "-N", "--style=none", "-r", str(n), "true"]
        tools["hyperfine, as it is called by default"] = lambda n: ["hyperfine", "--style=none", "-r", str(n), "true"]
    if has("perf"):
        tools["perf stat -r"] = lambda n: ["perf", "stat", "-r", str(n), "true"]
    rounds = {tool: [] for tool in tools}
    for _ in range(times(50) // 10 or 1):
        for tool, line in tools.items():
            short, long = total(line(few)), total(line(many))
            rounds[tool].append([1e6 * (long[i] - short[i]) / (many - few) for i in (0, 1)])
    print(f"\nWhat a run of `true` costs in all, in µs, from the difference between {many} and {few} runs:\n")
    print("| | wall | CPU, the program's own included |\n|---|--:|--:|")
    for tool, each in rounds.items():
        print(f"| {tool} | " + " | ".join(f"{statistics.median(e[i] for e in each):.0f}" for i in (0, 1)) + " |")


PARTS = {"medians": medians, "same": same, "load": under_load, "difference": difference, "cost": cost}


def main():
    wanted = [a for a in sys.argv[1:] if a != "--quick"]
    for name in wanted:
        if name not in PARTS:
            sys.exit(f"there is no part '{name}': {', '.join(PARTS)}")
    if not os.access(LEASH, os.X_OK):
        sys.exit("there is no target/leash: ./mvnw -DskipTests package")
    try:
        for name, part in PARTS.items():
            if not wanted or name in wanted:
                part()
    finally:
        shutil.rmtree(TEMP)


main()
