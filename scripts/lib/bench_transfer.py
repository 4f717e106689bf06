"""What scripts/bench measures of moving data: pod-train push against rsync and scp, on loopback and over slow links.

The other end is a pod of the local cloud, at the far end of a slow link or none; see slow_link.py.
"""

import glob
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import slow_link

FILES = 20_000
FILE_BYTES = (20_000, 40_000)
LARGE_BYTES = 2_147_483_648

# On loopback; a slow link is as steady as it is slow.
MOST_ROUNDS = 5

RSYNC = "rsync -az"
PUSH = "pod-train push"
PUSH_AGAIN = "push again"

# Least accepted multiples of the speed of rsync -az, by round trip in ms (0: loopback).
AIMS = {0: 2.0, 40: 1.15, 100: 2.2}
UNCHANGED_AIM = 1.0
MEMORY_AIM_MB = 200


class Place:
    """A pod of the local cloud, data to send, and the ways to send it."""

    def __init__(self, rehearsal, pod_train):
        self.rehearsal = rehearsal
        self.pod_train = pod_train
        self.data = os.path.join(rehearsal.folder, "data")
        runs = os.path.join(rehearsal.state, "pod-train", "runs")
        self.run_folder = os.path.join(runs, os.listdir(runs)[0])
        self.target = os.path.join(rehearsal.state, "pod-train", "local", "volumes", "local", "bench")
        # Remembers where the pod is: that is then pointed at a link.
        os.makedirs(os.path.join(self.data, "first"))
        timed([pod_train, "-C", rehearsal.project, "push", os.path.join(self.data, "first"), "/workspace/bench"],
              rehearsal.environment)
        with open(os.path.join(self.run_folder, "known-pod"), encoding="ascii") as file:
            self.known = file.read().split("\n")
        self.direct = self.known[1], int(self.known[2])
        self.host, self.port = self.direct
        self.prefix = []
        self.peak_kb = 0

    def through(self, link):
        """From now on the pod is reached over this link; directly if it is None."""
        self.host, self.port = (link.host, link.port) if link else self.direct
        self.prefix = link.prefix() if link else []
        lines = self.known[:1] + [self.host, str(self.port)] + self.known[3:]
        with open(os.path.join(self.run_folder, "known-pod"), "w", encoding="ascii") as file:
            file.write("\n".join(lines))

    def push(self, name):
        self.run([self.pod_train, "-C", self.rehearsal.project, "push", os.path.join(self.data, name),
                  "/workspace/bench"], self.rehearsal.environment)

    def push_newly_connected(self, name):
        """As the first command in a while: without the connection that an earlier one has kept."""
        self.end_kept_connections()
        self.push(name)

    def end_kept_connections(self):
        for socket in glob.glob(os.path.join(self.run_folder, "ssh-*")):
            subprocess.run(["ssh", "-q", "-O", "exit", "-S", socket, "host"], check=False)

    def run(self, command, environment=None):
        """Also keeps the most memory that a command of pod-train, or one that it started, has had."""
        peak_kb = timed(self.prefix + command, environment)
        if command[0] == self.pod_train:
            self.peak_kb = max(self.peak_kb, peak_kb)

    def ssh(self):
        key = os.path.join(self.run_folder, "id_ed25519")
        return ["-F", "/dev/null", "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR"]

    def rsync(self, name):
        shell = "ssh " + " ".join(self.ssh()) + f" -p {self.port}"
        self.run(["rsync", "-az", "-e", shell, os.path.join(self.data, name), f"root@{self.host}:/workspace/bench/"])

    def scp(self, name):
        self.run(["scp", "-q", "-r", *self.ssh(), "-P", str(self.port), os.path.join(self.data, name),
                  f"root@{self.host}:/workspace/bench/"])

    def clear(self):
        shutil.rmtree(self.target, ignore_errors=True)
        os.makedirs(self.target)

    def make_small(self, count):
        source = random.Random(1)
        for index in range(count):
            folder = os.path.join(self.data, "small", f"d{index // 200:03}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"clip_{index:05}.wav"), "wb") as file:
                file.write(os.urandom(source.randint(*FILE_BYTES)))

    def make_large(self, size):
        os.makedirs(os.path.join(self.data, "large"))
        with open(os.path.join(self.data, "large", "model.bin"), "wb") as file:
            for _ in range(size // (16 << 20)):
                file.write(os.urandom(16 << 20))


def timed(command, environment=None):
    """Runs it to its end, and returns the most memory that one of its processes had, in kB."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            sys.exit(f"bench: exit code {process.returncode} of {' '.join(command)}\n{errors.read().decode()}")
    return usage.ru_maxrss


def measure(rehearsal, pod_train, rounds, round_trips):
    """Prints tables, and returns the aims that were missed; round trips in ms, 0 for loopback."""
    place = Place(rehearsal, pod_train)
    place.make_small(FILES)
    place.make_large(LARGE_BYTES)
    # Otherwise the system writes them to the disk while the first rounds run.
    os.sync()
    with open("/proc/sys/net/ipv4/tcp_congestion_control", encoding="ascii") as file:
        print(f"  TCP's congestion control: {file.read().strip()}")
    missed = []
    for round_trip in round_trips:
        times = 1 if round_trip else min(rounds, MOST_ROUNDS)
        link = slow_link.SlowLink(place.direct[1], round_trip / 1000) if round_trip else None
        place.through(link)
        for name in ("small", "large"):
            ways = {RSYNC: place.rsync, PUSH: place.push_newly_connected}
            if not round_trip:
                ways["scp -r"] = place.scp
            missed += compare(place, name, round_trip, ways, times)
        missed += compare_unchanged(place, round_trip, times)
        if link:
            link.close()
    print(f"  memory: {place.peak_kb / 1024:.0f} MB at most, aim {MEMORY_AIM_MB}")
    return missed + ([f"memory: {place.peak_kb / 1024:.0f} MB"] if place.peak_kb > MEMORY_AIM_MB * 1024 else [])


def compare(place, name, round_trip, ways, times):
    size = sum(os.path.getsize(os.path.join(folder, file))
               for folder, _, files in os.walk(os.path.join(place.data, name)) for file in files)
    seconds = in_turn(ways, name, times, place.clear)
    where = f"{round_trip} ms" if round_trip else "loopback"
    print(f"  {name}, {size / 1e6:.0f} MB, {where}")
    for way, value in seconds.items():
        ratio = seconds[RSYNC] / value
        print(f"    {way:16} {value:7.2f} s {size / 1e6 / value:7.1f} MB/s {ratio:6.2f} x", flush=True)
    ratio = seconds[RSYNC] / seconds[PUSH]
    return [f"{name} files over {where}: {ratio:.2f} times rsync -az, aim {AIMS[round_trip]}"] if ratio < AIMS[round_trip] else []


def compare_unchanged(place, round_trip, times):
    place.clear()
    place.rsync("small")
    ways = {RSYNC: place.rsync, PUSH: place.push_newly_connected, PUSH_AGAIN: place.push}
    seconds = in_turn(ways, "small", times, lambda: None)
    where = f"{round_trip} ms" if round_trip else "loopback"
    print(f"  nothing changed, {where}")
    for way, value in seconds.items():
        print(f"    {way:16} {value:7.2f} s {value / seconds[RSYNC]:6.2f} x the time", flush=True)
    ratio = seconds[PUSH] / seconds[RSYNC]
    return [f"nothing changed over {where}: {ratio:.2f} times the time of rsync -az"] if ratio > UNCHANGED_AIM else []


def in_turn(ways, name, times, before):
    seconds = {way: [] for way in ways}
    for _ in range(times):
        for way, function in ways.items():
            before()
            start = time.perf_counter()
            function(name)
            seconds[way].append(time.perf_counter() - start)
    return {way: statistics.median(values) for way, values in seconds.items()}
