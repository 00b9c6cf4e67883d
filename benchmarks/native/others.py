"""Python's standard library at round trips, kills and deadlines, in the protocol of the workers: see floor.c."""
import subprocess
import sys
import time


def round_trip(program):
    begin = time.monotonic_ns()
    subprocess.run(program, capture_output=True)
    return time.monotonic_ns() - begin


def kill(program):
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.002)
    begin = time.monotonic_ns()
    child.kill()
    child.communicate()
    return time.monotonic_ns() - begin


def deadline(words):
    millis, *program = words
    end = time.monotonic_ns() + int(millis) * 1_000_000
    try:
        subprocess.run(program, capture_output=True, timeout=(end - time.monotonic_ns()) / 1e9)
    except subprocess.TimeoutExpired:
        pass
    return time.monotonic_ns() - end


works = {"roundtrip": round_trip, "kill-thread": kill, "deadline-death": deadline}
for line in sys.stdin:
    name, *words = line.split()
    if name not in works:
        print("cannot is here for round trips, kills and deadlines only", flush=True)
        continue
    until = time.monotonic_ns() + int(words[0]) * 1_000_000
    times = [works[name](words[1:])]
    while time.monotonic_ns() < until:
        times.append(works[name](words[1:]))
    print("ok", *times, flush=True)
