"""What scripts/bench measures of moving data: pod-train push against rsync and scp, on loopback and over slow links.

The other end is a pod of the local cloud. A slow link is a relay in this process that passes every byte on after a delay
and no faster than the link's rate: as a long way does, it makes whoever waits for answers slow.
"""

import collections
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

FILES = 20_000
FILE_BYTES = (20_000, 40_000)
LARGE_BYTES = 2_147_483_648

# On loopback; a slow link is as steady as it is slow.
MOST_ROUNDS = 3

LINK_BYTES_PER_SECOND = 500e6 / 8
QUEUE_BYTES = 2_500_000
CHUNK = 64 * 1024

RSYNC = "rsync -az"

# Least accepted multiples of the speed of rsync -az, by round trip in ms (0: loopback).
AIMS = {0: 2.0, 40: 1.15, 100: 2.2}
UNCHANGED_AIM = 1.0


class Relay:
    """A TCP port here that leads to another one over a link with a round trip and a rate, which all connections share."""

    def __init__(self, target, round_trip):
        self.target = target
        self.delay = round_trip / 2
        self.server = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.server.getsockname()[1]
        self.links = [Link(self.delay), Link(self.delay)]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            host = socket.create_connection(("127.0.0.1", self.target))
            for end in (client, host):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.links[0].carry(client, host)
            self.links[1].carry(host, client)

    def close(self):
        self.server.close()


class Link:
    """One direction."""

    def __init__(self, delay):
        self.delay = delay
        self.free_at = 0.0
        self.lock = threading.Lock()

    def carry(self, source, sink):
        pipe = collections.deque()
        state = {"bytes": 0}
        changed = threading.Condition()
        limit = LINK_BYTES_PER_SECOND * self.delay * 2 + QUEUE_BYTES
        threading.Thread(target=self.fill, args=(source, pipe, state, changed, limit), daemon=True).start()
        threading.Thread(target=self.drain, args=(sink, pipe, state, changed), daemon=True).start()

    def fill(self, source, pipe, state, changed, limit):
        while True:
            try:
                data = source.recv(CHUNK)
            except OSError:
                data = b""
            with self.lock:
                self.free_at = max(self.free_at, time.monotonic()) + len(data) / LINK_BYTES_PER_SECOND
                due = self.free_at + self.delay
            with changed:
                pipe.append((due, data))
                state["bytes"] += len(data)
                changed.notify_all()
                while state["bytes"] > limit:
                    changed.wait()
            if not data:
                return

    def drain(self, sink, pipe, state, changed):
        while True:
            with changed:
                while not pipe:
                    changed.wait()
                due, data = pipe.popleft()
            time.sleep(max(0, due - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
            except OSError:
                return
            finally:
                with changed:
                    state["bytes"] -= len(data)
                    changed.notify_all()


class Place:
    """A pod of the local cloud, data to send, and the ways to send it."""

    def __init__(self, rehearsal, pod_train):
        self.rehearsal = rehearsal
        self.pod_train = pod_train
        self.data = os.path.join(rehearsal.folder, "data")
        runs = os.path.join(rehearsal.folder, "state", "pod-train", "runs")
        self.run_folder = os.path.join(runs, os.listdir(runs)[0])
        self.target = os.path.join(rehearsal.folder, "state", "pod-train", "local", "volumes", "local", "bench")
        # Remembers where the pod is: that is then pointed at the relay.
        os.makedirs(os.path.join(self.data, "first"))
        self.push("first")
        with open(os.path.join(self.run_folder, "known-pod"), encoding="ascii") as file:
            self.known = file.read().split("\n")
        self.port = int(self.known[2])

    def through(self, port):
        lines = self.known[:2] + [str(port)] + self.known[3:]
        with open(os.path.join(self.run_folder, "known-pod"), "w", encoding="ascii") as file:
            file.write("\n".join(lines))
        self.port = port

    def push(self, name):
        command = [self.pod_train, "-C", self.rehearsal.project, "push", os.path.join(self.data, name), "/workspace/bench"]
        timed(command, self.rehearsal.environment)

    def ssh(self):
        key = os.path.join(self.run_folder, "id_ed25519")
        return ["-F", "/dev/null", "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR"]

    def rsync(self, name):
        shell = "ssh " + " ".join(self.ssh()) + f" -p {self.port}"
        timed(["rsync", "-az", "-e", shell, os.path.join(self.data, name), "root@127.0.0.1:/workspace/bench/"])

    def scp(self, name):
        timed(["scp", "-q", "-r", *self.ssh(), "-P", str(self.port), os.path.join(self.data, name),
               "root@127.0.0.1:/workspace/bench/"])

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
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"bench: exit code {done.returncode} of {' '.join(command)}\n{done.stderr.decode()}")


def measure(rehearsal, pod_train, rounds, round_trips):
    """Prints tables, and returns the aims that were missed; round trips in ms, 0 for loopback."""
    place = Place(rehearsal, pod_train)
    direct = place.port
    place.make_small(FILES)
    place.make_large(LARGE_BYTES)
    missed = []
    for round_trip in round_trips:
        times = 1 if round_trip else min(rounds, MOST_ROUNDS)
        relay = Relay(direct, round_trip / 1000) if round_trip else None
        place.through(relay.port if relay else direct)
        for name in ("small", "large"):
            ways = {RSYNC: place.rsync, "pod-train push": place.push}
            if not round_trip:
                ways["scp -r"] = place.scp
            missed += compare(place, name, round_trip, ways, times)
        missed += compare_unchanged(place, round_trip, times)
        if relay:
            relay.close()
    return missed


def compare(place, name, round_trip, ways, times):
    size = sum(os.path.getsize(os.path.join(folder, file))
               for folder, _, files in os.walk(os.path.join(place.data, name)) for file in files)
    seconds = in_turn(ways, name, times, place.clear)
    where = f"{round_trip} ms" if round_trip else "loopback"
    print(f"  {name}, {size / 1e6:.0f} MB, {where}")
    for way, value in seconds.items():
        ratio = seconds[RSYNC] / value
        print(f"    {way:16} {value:7.2f} s {size / 1e6 / value:7.1f} MB/s {ratio:6.2f} x", flush=True)
    ratio = seconds[RSYNC] / seconds["pod-train push"]
    return [f"{name} files over {where}: {ratio:.2f} times rsync -az, aim {AIMS[round_trip]}"] if ratio < AIMS[round_trip] else []


def compare_unchanged(place, round_trip, times):
    place.clear()
    place.rsync("small")
    seconds = in_turn({RSYNC: place.rsync, "pod-train push": place.push}, "small", times, lambda: None)
    where = f"{round_trip} ms" if round_trip else "loopback"
    print(f"  nothing changed, {where}")
    for way, value in seconds.items():
        print(f"    {way:16} {value:7.2f} s {value / seconds[RSYNC]:6.2f} x the time", flush=True)
    ratio = seconds["pod-train push"] / seconds[RSYNC]
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
