"""dial.py HOST PORT - connects for ssh, which takes the connected socket over from standard output (ProxyUseFdpass).

A login is a dozen small messages, each of which the next one needs. Left alone, the system holds a small message back
until the one before it is acknowledged, and the acknowledgement for 40 ms: three such waits are most of a login.

It also lengthens the pipes between ssh and the program that started it: the two ends of a short one keep waking each other.
"""

# The public modules over the first two, socket and os, take longer to import than all the rest of this.
import _socket
import posix

import fcntl
import sys
import time

CONNECT_SECONDS = 15
PIPE_BYTES = 1024 * 1024  # as long as everybody may make one
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ, which Python knows from 3.10 on
LOGIN_ROUND_TRIPS = 12
LONGEST_LOGIN_SECONDS = 5
PAUSE_SECONDS = 0.002


def connect(host, port):
    failure = OSError("no address found for " + host)
    for family, kind, protocol, _, address in _socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM):
        connection = _socket.socket(family, kind, protocol)
        try:
            connection.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
            connection.settimeout(CONNECT_SECONDS)
            start = time.monotonic()
            connection.connect(address)
            connection.settimeout(None)
            return connection, time.monotonic() - start
        except OSError as e:
            connection.close()
            failure = e
    raise failure


def hand_over(connection):
    descriptor = connection.fileno().to_bytes(4, sys.byteorder)
    ssh = _socket.socket(fileno=1)
    ssh.sendmsg([b"\0"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptor)])
    ssh.detach()


def lengthen_pipes(process):
    for stream, mode in ((0, posix.O_WRONLY), (1, posix.O_RDONLY)):
        try:
            pipe = posix.open("/proc/%d/fd/%d" % (process, stream), mode | posix.O_NONBLOCK | posix.O_CLOEXEC)
            fcntl.fcntl(pipe, SET_PIPE_SIZE, PIPE_BYTES)
            posix.close(pipe)
        except OSError:
            pass  # It is no pipe, or may not be so long: only slower.


def acknowledge_at_once(connection, seconds):
    """The system forgets the option after every message."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(PAUSE_SECONDS)
        connection.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_QUICKACK, 1)


def main(host, port):
    try:
        connection, round_trip = connect(host, port)
        hand_over(connection)
    except OSError as e:
        sys.exit("connect to host %s port %s: %s" % (host, port, e.strerror or e))
    lengthen_pipes(posix.getppid())
    if posix.fork() == 0:
        # ssh waits for its child; whoever reads from ssh waits until nobody holds its streams.
        posix.closerange(0, 3)
        acknowledge_at_once(connection, min(0.3 + LOGIN_ROUND_TRIPS * round_trip, LONGEST_LOGIN_SECONDS))
    posix._exit(0)


main(sys.argv[1], sys.argv[2])
