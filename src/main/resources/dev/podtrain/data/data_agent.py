"""Serves one connection of a data transfer on the host: lists, hashes, receives, sends and deletes files below one folder.

Requests are lines of JSON with the member "op"; contents follow them as plain bytes. Every request has one answer, a
line of JSON, in the order of the requests. A file is written under a hidden name in its own folder and gets its name
when it is whole, so nobody ever sees half of it. Large files arrive in ranges, over several connections: a hidden
journal beside the file's hidden part says which ranges are there, so that an interrupted transfer goes on.
"""

import errno
import fcntl
import hashlib
import json
import os
import stat
import sys
import time
import zlib

CHUNK_BYTES = 1024 * 1024
HIDDEN = b".pod-train-"
ENDINGS = (b".tmp", b".part", b".ranges")
# So old, and no transfer is still writing to it.
STALE_SECONDS = 3600
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ, which Python knows from 3.10 on
FULL = (errno.ENOSPC, errno.EDQUOT)


class Refused(Exception):
    """One path that cannot be done as asked; the others can."""

    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Agent:
    def __init__(self, root, source, sink):
        self.root = os.path.realpath(os.fsencode(root))
        self.prefix = self.root.rstrip(b"/") + b"/"
        self.source = source
        self.sink = sink
        self.temporary = HIDDEN + b"%x-%x.tmp" % (os.getpid(), time.monotonic_ns())
        self.buffer = bytearray(CHUNK_BYTES)

    def serve(self):
        self.answer({"hello": 1})
        for line in iter(self.source.readline, b""):
            request = json.loads(line)
            self.answer(getattr(self, "do_" + request["op"])(request))

    def answer(self, document):
        if document is not None:
            self.sink.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")
            self.sink.flush()

    def full(self, path):
        return self.prefix + path if path else self.root

    def do_ping(self, request):
        return {"pong": 1}

    # What is there

    def do_list(self, request):
        """What is at the paths, and below those that are folders. The answer is followed by that many packed bytes."""
        packer = zlib.compressobj(1)
        packed, lines = [], []
        for path in request["paths"]:
            self.look(checked(path, may_be_empty=True), lines)
            packed.append(packer.compress(b"".join(lines)))
            lines.clear()
        packed.append(packer.flush())
        body = b"".join(packed)
        self.sink.write(b'{"packed":%d,"free":%d}\n' % (len(body), self.free()))
        self.sink.write(body)
        self.sink.flush()

    def free(self):
        place = self.root
        while True:
            try:
                found = os.statvfs(place)
                return found.f_bavail * found.f_frsize
            except FileNotFoundError:
                place = os.path.dirname(place)

    def look(self, path, lines):
        try:
            found = os.lstat(self.full(path))
        except (FileNotFoundError, NotADirectoryError):
            return
        if path:
            lines.append(self.line(path, found))
        if stat.S_ISDIR(found.st_mode):
            self.look_into(path, lines)

    def look_into(self, folder, lines):
        prefix = folder + b"/" if folder else b""
        below = []
        try:
            with os.scandir(self.full(folder)) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith(HIDDEN) and name.endswith(ENDINGS):
                        self.sweep(entry)
                        continue
                    found = entry.stat(follow_symlinks=False)
                    lines.append(self.line(prefix + name, found))
                    if stat.S_ISDIR(found.st_mode):
                        below.append(prefix + name)
        except FileNotFoundError:
            return
        except OSError as error:
            lines.append(b"! 0 0 0 %s\0%s\0" % (folder, os.strerror(error.errno).encode()))
        for path in below:
            self.look_into(path, lines)

    def line(self, path, found):
        mode = found.st_mode
        if stat.S_ISREG(mode):
            return b"f %d %d %o %s\0" % (found.st_size, found.st_mtime_ns, mode & 0o777, path)
        if stat.S_ISDIR(mode):
            return b"d 0 0 0 %s\0" % path
        if stat.S_ISLNK(mode):
            return b"l 0 0 0 %s\0%s\0" % (path, os.readlink(self.full(path)))
        return b"o 0 0 0 %s\0" % path

    def sweep(self, entry):
        """Removes what a killed agent left half-written; parts of large files stay for the transfer that goes on."""
        try:
            if entry.name.endswith(b".tmp") and time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_SECONDS:
                os.unlink(entry.path)
        except OSError:
            pass  # Gone meanwhile, or not ours to remove.

    def do_resolve(self, request):
        """Where the paths really are, links followed; null for what is not there."""
        real = []
        for path in request["paths"]:
            place = os.path.realpath(self.full(checked(path)))
            inside = place[len(self.prefix):]
            real.append(os.fsdecode(inside) if os.path.exists(place) and decodes(inside) else None)
        return {"real": real}

    def do_hash(self, request):
        return {"hashes": [self.hash_of(checked(path)) for path in request["paths"]]}

    def hash_of(self, path):
        digest = hashlib.sha256()
        try:
            with open(self.full(path), "rb", buffering=0) as file:
                while True:
                    length = file.readinto(self.buffer)
                    if not length:
                        return digest.hexdigest()
                    digest.update(memoryview(self.buffer)[:length])
        except OSError:
            return None

    # What is received

    def do_make(self, request):
        """Folders first to last, then links, then times of files that are right but for those."""
        os.makedirs(self.root, exist_ok=True)
        problems = []
        for path in request["folders"]:
            self.attempt(problems, path, self.make_folder)
        for path, target in request["links"]:
            self.attempt(problems, path, self.make_link, os.fsencode(target))
        for path, modified, mode in request["touch"]:
            self.attempt(problems, path, self.touch, modified, mode)
        return {"problems": problems}

    def attempt(self, problems, path, action, *arguments):
        try:
            action(checked(path), *arguments)
        except Refused as refused:
            problems.append([path, refused.kind, refused.detail])
        except OSError as error:
            if error.errno in FULL:
                raise
            problems.append([path, "failed", os.strerror(error.errno)])

    def make_folder(self, path):
        try:
            os.mkdir(self.full(path), 0o755)
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(self.full(path)).st_mode):
                raise Refused("in_the_way", "something that is no folder is there")

    def make_link(self, path, target):
        temporary = self.beside(path)
        os.symlink(target, temporary)
        self.reveal(temporary, path)

    def touch(self, path, modified, mode):
        os.chmod(self.full(path), mode)
        os.utime(self.full(path), ns=(modified, modified))

    def do_files(self, request):
        """Small files: their contents follow one after the other, then a line with the indices of those that are not sound."""
        files = request["files"]
        length = sum(file[1] for file in files)
        contents = self.read(length)
        unsound = json.loads(self.source.readline())
        problems = []
        start = 0
        for index, (path, size, modified, mode) in enumerate(files):
            if index not in unsound:
                self.attempt(problems, path, self.put, contents[start:start + size], modified, mode)
            start += size
        return {"done": len(files) - len(unsound) - len(problems), "problems": problems}

    def read(self, length):
        if length > len(self.buffer):
            self.buffer = bytearray(length)
        view = memoryview(self.buffer)[:length]
        self.read_into(view)
        return view

    def read_into(self, view):
        if self.source.readinto(view) != len(view):
            raise EOFError

    def put(self, path, content, modified, mode):
        temporary = self.beside(path)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            try:
                write_all(descriptor, content)
                if os.fstat(descriptor).st_size != len(content):
                    raise Refused("failed", "the host did not keep all of it")
                os.utime(descriptor, ns=(modified, modified))
            finally:
                os.close(descriptor)
            self.reveal(temporary, path)
        except BaseException:
            forget(temporary)
            raise

    def beside(self, path):
        return os.path.join(os.path.dirname(self.full(path)), self.temporary)

    def reveal(self, temporary, path):
        try:
            os.rename(temporary, self.full(path))
        except OSError as error:
            if error.errno not in (errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST):
                raise
            try:
                os.rmdir(self.full(path))
            except OSError:
                forget(temporary)
                raise Refused("in_the_way", "a folder with something in it is there")
            os.rename(temporary, self.full(path))

    # Large files

    def hidden(self, path, request, ending):
        """Each content has names of its own: an agent whose client is gone may still be writing an earlier one."""
        folder, name = os.path.split(self.full(path))
        version = b"%d %d" % (request["size"], request["modified"])
        return os.path.join(folder, HIDDEN + short_hash(name) + b"-" + short_hash(version) + ending)

    def forget_other_versions(self, path, request):
        folder, name = os.path.split(self.full(path))
        kept = os.path.basename(self.hidden(path, request, b""))
        with os.scandir(folder) as entries:
            for entry in entries:
                if (entry.name.startswith(HIDDEN + short_hash(name) + b"-") and entry.name.endswith(ENDINGS)
                        and not entry.name.startswith(kept)):
                    forget(entry.path)

    def do_partial(self, request):
        """Begins a large file, or goes on with it: the ranges that an interrupted transfer of the same content left."""
        problems, ranges = [], []
        self.attempt(problems, request["path"], self.begin, request, ranges)
        return {"ranges": ranges, "problems": problems}

    def begin(self, path, request, ranges):
        heading = [request["path"], request["size"], request["modified"]]
        known = self.left_over(path, heading, request)
        if known is not None:
            ranges.extend(known)
            return
        self.forget_other_versions(path, request)
        forget(self.hidden(path, request, b".ranges"))
        with open(self.hidden(path, request, b".part"), "wb"):
            pass
        with open(self.hidden(path, request, b".ranges"), "wb") as journal:
            journal.write(json.dumps(heading).encode() + b"\n")

    def left_over(self, path, heading, request):
        """The ranges that the journal names, with checksums of what is there; None if there is no journal of this content."""
        recorded = self.journal(path, request)
        if recorded is None or recorded[0] != heading:
            return None
        ranges = []
        try:
            with open(self.hidden(path, request, b".part"), "rb", buffering=0) as part:
                for offset, length in recorded[1]:
                    checksum = checksum_of(part, offset, length, self.buffer)
                    if checksum is not None:
                        ranges.append([offset, length, checksum])
        except FileNotFoundError:
            return None
        return ranges

    def journal(self, path, request):
        try:
            with open(self.hidden(path, request, b".ranges"), "rb") as file:
                lines = file.read().split(b"\n")
            # The last one is empty, or torn.
            return json.loads(lines[0]), [json.loads(line) for line in lines[1:-1]]
        except (FileNotFoundError, ValueError):
            return None

    def do_range(self, request):
        path = checked(request["path"])
        offset, length = request["offset"], request["length"]
        problem = None
        descriptor = None
        try:
            descriptor = os.open(self.hidden(path, request, b".part"), os.O_WRONLY | os.O_CLOEXEC)
        except OSError as error:
            problem = [request["path"], "failed", os.strerror(error.errno)]
        try:
            self.receive_range(descriptor, offset, length)
        finally:
            if descriptor is not None:
                os.close(descriptor)
        if self.source.readline() != b"sound\n":
            problem = [request["path"], "changed", "it was changed while it was read"]
        if problem is None:
            self.note_range(path, request, [offset, length])
        return {"done": 0 if problem else 1, "problems": [problem] if problem else []}

    def receive_range(self, descriptor, offset, length):
        view = memoryview(self.buffer)
        while length:
            piece = view[:min(length, len(view))]
            self.read_into(piece)
            if descriptor is not None:
                write_all_at(descriptor, piece, offset)
            offset += len(piece)
            length -= len(piece)

    def note_range(self, path, request, entry):
        journal = os.open(self.hidden(path, request, b".ranges"), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            os.write(journal, json.dumps(entry).encode() + b"\n")
        finally:
            os.close(journal)

    def do_finish(self, request):
        """Gives a large file its name, if every byte of it is there."""
        problems = []
        self.attempt(problems, request["path"], self.finish, request)
        return {"done": 1 - len(problems), "problems": problems}

    def finish(self, path, request):
        recorded = self.journal(path, request)
        size = request["size"]
        if recorded is None or covered(recorded[1]) != size:
            raise Refused("failed", "parts of it are missing on the host")
        part = self.hidden(path, request, b".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CLOEXEC)
        try:
            if os.fstat(descriptor).st_size != size:
                raise Refused("failed", "the host did not keep all of it")
            os.fsync(descriptor)
            os.fchmod(descriptor, request["mode"])
            os.utime(descriptor, ns=(request["modified"], request["modified"]))
        finally:
            os.close(descriptor)
        self.reveal(part, path)
        forget(self.hidden(path, request, b".ranges"))

    def do_abandon(self, request):
        """Forgets what is there of a large file."""
        path = checked(request["path"])
        forget(self.hidden(path, request, b".ranges"))
        forget(self.hidden(path, request, b".part"))
        return {"done": 1, "problems": []}

    # What is sent

    def do_send(self, request):
        """Each file as a line that describes it, followed by its contents."""
        for path in request["paths"]:
            try:
                found, content = self.content_of(checked(path))
            except (Refused, OSError) as error:
                self.refuse(path, error)
                continue
            self.describe(path, found)
            self.sink.write(content)
        self.sink.flush()

    def content_of(self, path):
        for last_try in (False, True):
            descriptor = os.open(self.full(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with open(descriptor, "rb", buffering=0) as file:
                found = os.fstat(descriptor)
                content = file.read(found.st_size + 1) if found.st_size else b""
                after = os.fstat(descriptor)
            if len(content) == found.st_size and signature(found) == signature(after):
                return found, content
        raise Refused("changed", "it changes while it is read")

    def describe(self, path, found):
        self.sink.write(json.dumps({
            "path": path, "size": found.st_size, "modified": found.st_mtime_ns, "mode": found.st_mode & 0o777,
        }, separators=(",", ":")).encode() + b"\n")

    def refuse(self, path, error):
        kind = error.kind if isinstance(error, Refused) else "failed"
        detail = error.detail if isinstance(error, Refused) else os.strerror(error.errno)
        self.answer({"path": path, "problem": kind, "detail": detail})

    def do_read(self, request):
        """A range of a large file: a line that describes the file, the bytes, and a line that says whether it changed."""
        path = request["path"]
        try:
            descriptor = os.open(self.full(checked(path)), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (Refused, OSError) as error:
            self.refuse(path, error)
            return
        with open(descriptor, "rb", buffering=0) as file:
            found = os.fstat(descriptor)
            offset, left = request["offset"], request["length"]
            if found.st_size != request["size"] or found.st_mtime_ns != request["modified"]:
                self.refuse(path, Refused("changed", "it was changed while it was read"))
                return
            self.describe(path, found)
            file.seek(offset)
            while left:
                content = file.read(min(left, CHUNK_BYTES))
                # Cut off meanwhile: the promised number of bytes is kept, and the last line tells.
                content = content or bytes(min(left, CHUNK_BYTES))
                self.sink.write(content)
                left -= len(content)
            self.answer({"unchanged": signature(os.fstat(descriptor)) == signature(found)})

    # What is deleted

    def do_delete(self, request):
        """Files, links and then empty folders, in the order given."""
        problems = []
        for path in request["paths"]:
            self.attempt(problems, path, self.delete)
        return {"done": len(request["paths"]) - len(problems), "problems": problems}

    def delete(self, path):
        full = self.full(path)
        try:
            if stat.S_ISDIR(os.lstat(full).st_mode):
                os.rmdir(full)
            else:
                os.unlink(full)
        except FileNotFoundError:
            pass

    def do_sync(self, request):
        """Has the file system write what it holds back, before the pod it is held on goes."""
        if os.path.isdir(self.root):
            os.sync()
        return {"done": 1}


def checked(path, may_be_empty=False):
    """The path as bytes, if it stays below the folder it is relative to."""
    name = path.encode()
    if not name and may_be_empty:
        return name
    if b"\0" in name or any(part in (b"", b".", b"..") for part in name.split(b"/")):
        raise Refused("unsafe", "the path leads out of the folder")
    return name


def decodes(path):
    try:
        return bool(path.decode())
    except UnicodeDecodeError:
        return False


def write_all(descriptor, content):
    while content:
        content = content[os.write(descriptor, content):]


def write_all_at(descriptor, content, offset):
    while content:
        written = os.pwrite(descriptor, content, offset)
        content = content[written:]
        offset += written


def checksum_of(file, offset, length, buffer):
    checksum = 0
    file.seek(offset)
    view = memoryview(buffer)
    while length:
        taken = file.readinto(view[:min(length, len(view))])
        if not taken:
            return None
        checksum = zlib.crc32(view[:taken], checksum)
        length -= taken
    return checksum


def covered(ranges):
    """How many bytes from the start on are there without a gap."""
    end = 0
    for entry in sorted(ranges):
        if entry[0] > end:
            break
        end = max(end, entry[0] + entry[1])
    return end


def signature(found):
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def short_hash(text):
    return hashlib.sha256(text).hexdigest()[:16].encode()


def forget(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def main():
    os.umask(0)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    for stream in (0, 1):
        try:
            fcntl.fcntl(stream, SET_PIPE_SIZE, CHUNK_BYTES)
        except OSError:
            pass  # It is no pipe, or the limit is lower: only slower.
    agent = Agent(sys.argv[2], source, sink)
    try:
        agent.serve()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        kind = "full" if error.errno in FULL else "failed"
        agent.answer({"fatal": kind, "detail": str(error)})


try:
    main()
except (EOFError, BrokenPipeError, KeyboardInterrupt):
    os._exit(1)  # The client is gone; the next one goes on from here.
