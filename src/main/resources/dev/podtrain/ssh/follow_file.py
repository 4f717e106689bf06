"""Copies a growing file to standard output, from an offset on, until its writer is gone and nothing is left to copy.

Arguments (after the script's name): the file, a file that holds the writer's process id and, to tell it from a later
process with the same id, its start time (field 22 of /proc/<pid>/stat), the offset in bytes.
Exit status: 0 all was copied, 3 the file was missing for a while, 4 the file is shorter than what was already copied
(its size is on standard error), 5 nobody reads any more.

A plain `tail -F` starts again at byte 0 when the file is missing at first or shorter than the offset, and needs a second
command to tell whether it saw everything.
"""

import os
import select
import sys
import time

POLL_MILLISECONDS = 20
MISSING_SECONDS = 2
CHUNK_BYTES = 256 * 1024


def main(path, pid_file, offset):
    reader = select.poll()
    reader.register(1, 0)
    descriptor = open_when_there(path, reader)
    os.lseek(descriptor, offset, os.SEEK_SET)
    while True:
        # Asked before reading: what was written before the writer ended is then certainly read.
        writer_lived = writer_lives(pid_file)
        chunk = os.read(descriptor, CHUNK_BYTES)
        if chunk:
            write_all(chunk)
            offset += len(chunk)
            continue
        size = os.fstat(descriptor).st_size
        if size < offset:
            leave(4, str(size))
        if size == offset and not writer_lived:
            leave(0)
        pause(reader)


def open_when_there(path, reader):
    end = time.monotonic() + MISSING_SECONDS
    while True:
        try:
            return os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            if time.monotonic() > end:
                leave(3)
        pause(reader)


def pause(reader):
    """Waits a moment, or leaves if the connection is gone: without it a quiet file would keep this process for ever."""
    if reader.poll(POLL_MILLISECONDS):
        leave(5)


def write_all(chunk):
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(1, rest):]


def writer_lives(pid_file):
    try:
        with open(pid_file) as file:
            pid, *start = file.read().split()
        with open("/proc/%d/stat" % int(pid)) as file:
            # The name in parentheses may hold spaces; state and start time are the 1st and 20th field behind it.
            fields = file.read().rpartition(")")[2].split()
    except (OSError, ValueError):
        return False
    return fields[0] not in "ZX" and start in ([], [fields[19]])


def leave(status, message=""):
    os.write(2, message.encode())
    os._exit(status)


try:
    main(sys.argv[2], sys.argv[3], int(sys.argv[4]))
except BrokenPipeError:
    leave(5)
