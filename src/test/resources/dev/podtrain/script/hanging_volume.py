"""Mounts a file system that never answers, as a network volume whose servers are gone, and runs a command beside it.

    unshare -m python3 hanging_volume.py FOLDER COMMAND [ARGUMENT...]

Whoever looks into FOLDER waits in the kernel, where not even SIGKILL ends the waiting, until this process has ended.
"""

import ctypes
import os
import struct
import subprocess
import sys

INIT = 26


def main():
    folder, command = sys.argv[1], sys.argv[2:]
    device = os.open("/dev/fuse", os.O_RDWR)
    options = "fd={},rootmode=40000,user_id=0,group_id=0,allow_other".format(device)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"hanging", folder.encode(), b"fuse", 0, options.encode()) != 0:
        sys.exit("mount: " + os.strerror(ctypes.get_errno()))
    subprocess.Popen(command)
    while True:
        # Taking a request and not answering it is what makes its caller unkillable.
        request = os.read(device, 1 << 20)
        _, operation, unique = struct.unpack("<IIQ", request[:16])
        if operation == INIT:
            version = struct.pack("<IIIIHHIIHHI7I", 7, 31, 0, 0, 12, 9, 4096, 1, 32, 0, 0, *[0] * 7)
            os.write(device, struct.pack("<IiQ", 16 + len(version), 0, unique) + version)


main()
