"""A long way to a TCP port of this machine: two network namespaces, and between them a line with a delay, a rate and a
queue that drops what does not fit, as tc's netem makes it where the kernel has that.

Commands run in the near namespace, where the port is at an address of the far one. What arrives there is handed to the
port on loopback. So the commands' own TCP connections have the round trip in their handshakes, windows and recoveries.
"""

import array
import collections
import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

NEAR = "10.77.0.1"
FAR = "10.77.0.2"

BYTES_PER_SECOND = 500e6 / 8
QUEUE_BYTES = 3_000_000
PACKET = 1500
CHUNK = 256 * 1024

TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x1001
DEVICE = "line"


class SlowLink:
    def __init__(self, target, round_trip):
        missing = [tool for tool in ("unshare", "nsenter", "ip") if not shutil.which(tool)]
        if missing or not os.path.exists("/dev/net/tun"):
            sys.exit(f"bench: a slow link needs {', '.join(missing) or '/dev/net/tun'}")
        self.target = target
        self.near, near_line, _ = open_end(NEAR, FAR)
        self.far, far_line, self.server = open_end(FAR, NEAR)
        self.host, self.port = self.server.getsockname()
        self.carriers = [carry_in_child(near_line, far_line, round_trip / 2),
                         carry_in_child(far_line, near_line, round_trip / 2)]
        threading.Thread(target=self.accept, daemon=True).start()

    def prefix(self):
        """What a command has to begin with to be at the near end."""
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(self.near.pid), *user, "--net"]

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            port = socket.create_connection(("127.0.0.1", self.target))
            for end in (client, port):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=copy, args=(client, port), daemon=True).start()
            threading.Thread(target=copy, args=(port, client), daemon=True).start()

    def close(self):
        self.server.close()
        for pid in self.carriers:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        for end in (self.near, self.far):
            end.stdin.close()
            end.wait()


def open_end(address, peer):
    """A process that holds a namespace, the line's end in there, and a socket that listens at its address."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    holder = subprocess.Popen(
        ["unshare", *user, "--net", sys.executable, os.path.abspath(__file__), str(there.fileno()), address, peer],
        stdin=subprocess.PIPE, pass_fds=[there.fileno()])
    there.close()
    word, ancillary, _, _ = here.recvmsg(1, socket.CMSG_SPACE(8))
    here.close()
    if not word:
        sys.exit("bench: a network namespace could not be made")
    descriptors = array.array("i")
    descriptors.frombytes(ancillary[0][2][:8])
    return holder, descriptors[0], socket.socket(fileno=descriptors[1])


def hold_end(channel, address, peer):
    """Runs inside the namespace until standard input ends."""
    line = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(line, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN_WITHOUT_HEADER))
    for command in ("link set lo up", f"addr add {address} peer {peer} dev {DEVICE}",
                    f"link set {DEVICE} mtu {PACKET} txqueuelen 10000 up"):
        subprocess.run(["ip", *command.split()], check=True)
    server = socket.create_server((address, 0), backlog=50)
    socket.socket(fileno=channel).sendmsg(
        [b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [line, server.fileno()]))])
    sys.stdin.read()


def carry_in_child(source, sink, delay):
    """A process for each direction: together they would be too slow for the rate."""
    pid = os.fork()
    if pid == 0:
        try:
            carry(source, sink, delay)
        finally:
            os._exit(1)
    return pid


def carry(source, sink, delay):
    os.set_blocking(source, False)
    waiting = collections.deque()
    free_at = 0.0
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        select.select([source], [], [], pause)
        now = time.monotonic()
        for packet in arrived(source):
            if (free_at - now) * BYTES_PER_SECOND < QUEUE_BYTES:
                free_at = max(free_at, now) + len(packet) / BYTES_PER_SECOND
                waiting.append((free_at + delay, packet))
        while waiting and waiting[0][0] <= now:
            os.write(sink, waiting.popleft()[1])


def arrived(source):
    try:
        for _ in range(100):
            yield os.read(source, 65536)
    except BlockingIOError:
        return


def copy(source, sink):
    buffer = memoryview(bytearray(CHUNK))
    try:
        while True:
            length = source.recv_into(buffer)
            if not length:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(buffer[:length])
    except OSError:
        for end in (source, sink):
            end.close()


if __name__ == "__main__":
    hold_end(int(sys.argv[1]), sys.argv[2], sys.argv[3])
