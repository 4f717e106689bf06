"""Makes a folder hold the code that a client describes, taking from it only the contents that are not there yet.

Standard input: the length of a JSON request, a newline, the request; then, one after the other without separators, the
contents that were asked for. Standard output: one JSON line {"need": [index, ...]}, and at the end one of
{"done": {...}} and {"problem": {"kind": ..., "detail": ...}}.

The manifest remembers what was put there, and by size, times and inode what need not be read again. Only what it names
is ever deleted, and only if it is still as it was put there. Interrupted anywhere, the next run completes the work:
contents are kept by hash in a folder of their own until all have arrived, and the manifest names a file before it is
put in place.
"""

import errno
import fcntl
import hashlib
import json
import os
import stat
import sys
import threading
import time

INCOMING = b".pod-train-incoming"
CHUNK_BYTES = 1024 * 1024
LOCK_SECONDS = 60
# Waiting for a disk is not work: as many at a time let it sync files together.
SYNC_THREADS = 8


class Refused(Exception):
    """Something that only the user can put right."""

    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Receiver:
    def __init__(self, request):
        self.root = os.fsencode(request["dir"])
        self.manifest = os.fsencode(request["manifest"])
        self.tree = request["tree"]
        self.excluded = [path.encode() for path in request["excluded"]]
        self.wanted = {}
        for entry in request["files"]:
            self.wanted[checked(entry["path"])] = entry
        self.previous = {}
        self.stats = {}
        self.folders = {}
        self.touched = set()
        self.deleted = 0
        self.changes = 0
        self.kept = []
        self.replaced = []

    def run(self):
        os.makedirs(self.root, exist_ok=True)
        os.makedirs(os.path.dirname(self.manifest), exist_ok=True)
        lock = self.take_lock()
        stored = self.read_manifest()
        differing = [path for path in self.wanted if not self.is_in_place(path)]
        missing = self.missing_contents(differing)
        say({"need": missing})
        received = self.receive(missing)
        sync_files(self.contents_to_place(differing))
        obsolete = [path for path in self.previous if path not in self.wanted and not self.is_excluded(path)]
        if differing or obsolete:
            self.write_manifest({**self.previous, **self.new_entries()}, None)
            self.delete(obsolete)
            self.place(differing)
            for folder in self.touched:
                sync_folder(folder)
        entries = self.new_entries()
        if stored != (entries, self.tree):
            self.write_manifest(entries, self.tree)
        self.remove_incoming()
        os.close(lock)
        say({"done": {
            "received": len(missing), "bytes": received, "deleted": self.deleted, "changes": self.changes,
            "kept": shown(self.kept), "replaced": shown(self.replaced)}})

    def take_lock(self):
        lock = os.open(self.manifest + b".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    return lock  # The file system has no locks: then there is nothing to wait for.
            if time.monotonic() > end:
                raise Refused("busy", "another upload to the same folder has been under way for a minute")
            time.sleep(0.05)

    def read_manifest(self):
        try:
            with open(self.manifest, "rb") as file:
                document = json.loads(file.read())
            self.previous = {checked(path): entry for path, entry in document["files"].items()}
            return self.previous, document["tree"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError, Refused):
            return None  # Unreadable: nothing is known to be ours, so nothing is deleted.

    def write_manifest(self, entries, tree):
        document = {"tree": tree, "files": {path.decode(): entry for path, entry in entries.items()}}
        temporary = self.manifest + b".tmp"
        with open(temporary, "wb") as file:
            file.write(json.dumps(document).encode())
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, self.manifest)
        sync_folder(os.path.dirname(self.manifest))

    def new_entries(self):
        return {path: described(entry) + self.stats.get(path, []) for path, entry in self.wanted.items()}

    def is_excluded(self, path):
        return any(path == prefix or path.startswith(prefix + b"/") for prefix in self.excluded)

    def full(self, path):
        return os.path.join(self.root, path)

    # What is there

    def is_in_place(self, path):
        entry = self.wanted[path]
        if self.folder_kind(os.path.dirname(path)) != "folder" or not self.holds(path, described(entry)):
            return False
        if entry["kind"] == "file" and stat.S_IMODE(os.lstat(self.full(path)).st_mode) != mode(entry):
            os.chmod(self.full(path), mode(entry))
            self.changes += 1
        self.stats[path] = signature(os.lstat(self.full(path)))
        return True

    def holds(self, path, description):
        """Whether the path has this content now; a file is read only if its times changed since it was last known."""
        kind, content = description[0], description[2]
        try:
            found = os.lstat(self.full(path))
            if kind == "link":
                return stat.S_ISLNK(found.st_mode) and os.readlink(self.full(path)) == os.fsencode(content)
            if not stat.S_ISREG(found.st_mode) or found.st_size != description[1]:
                return False
            known = self.previous.get(path)
            if known and known[2] == content and known[3:] == signature(found):
                return True
            return hash_of(self.full(path)) == content
        except (FileNotFoundError, NotADirectoryError):
            return False

    def folder_kind(self, folder):
        """'folder', or 'missing' if it is yet to be made; refuses to look behind what is not our own."""
        if not folder:
            return "folder"
        known = self.folders.get(folder)
        if known is None:
            known = self.folders[folder] = self.look_at_folder(folder)
        return known

    def look_at_folder(self, folder):
        if self.folder_kind(os.path.dirname(folder)) == "missing":
            return "missing"
        try:
            found = os.lstat(self.full(folder))
        except FileNotFoundError:
            return "missing"
        if stat.S_ISDIR(found.st_mode):
            return "folder"
        if folder in self.previous and self.holds(folder, self.previous[folder]):
            return "missing"
        raise Refused("in_the_way", os.fsdecode(self.full(folder)))

    # What is received

    def incoming(self, name=b""):
        return os.path.join(self.root, INCOMING, name)

    def missing_contents(self, differing):
        """Indices of one file for each content that is neither in place nor left from an interrupted run."""
        position = {path: index for index, path in enumerate(self.wanted)}
        missing, seen = [], set()
        for path in differing:
            entry = self.wanted[path]
            if entry["kind"] != "file" or entry["sha256"] in seen:
                continue
            seen.add(entry["sha256"])
            if not self.is_left_over(entry["sha256"]):
                missing.append(position[path])
        return missing

    def is_left_over(self, sha256):
        try:
            return hash_of(self.incoming(sha256.encode())) == sha256
        except (FileNotFoundError, NotADirectoryError):
            return False

    def receive(self, indices):
        if not indices:
            return 0
        entries = list(self.wanted.values())
        os.makedirs(self.incoming(), exist_ok=True)
        for index in indices:
            self.receive_one(entries[index])
        return sum(entries[index]["size"] for index in indices)

    def contents_to_place(self, differing):
        entries = (self.wanted[path] for path in differing)
        return list({self.incoming(entry["sha256"].encode()) for entry in entries if entry["kind"] == "file"})

    def receive_one(self, entry):
        target = self.incoming(entry["sha256"].encode())
        digest = hashlib.sha256()
        rest = entry["size"]
        with open(target + b".part", "wb") as file:
            while rest:
                chunk = sys.stdin.buffer.read(min(rest, CHUNK_BYTES))
                if not chunk:
                    raise EOFError
                digest.update(chunk)
                file.write(chunk)
                rest -= len(chunk)
        if digest.hexdigest() != entry["sha256"]:
            raise Refused("changed", entry["path"])
        os.rename(target + b".part", target)

    # What is changed

    def delete(self, paths):
        for path in sorted(paths, reverse=True):
            description = self.previous[path]
            try:
                if self.folder_kind(os.path.dirname(path)) != "folder" or not os.path.lexists(self.full(path)):
                    continue
            except Refused:
                continue  # Its folder is not ours any more, so it is not either.
            if not self.holds(path, description):
                self.kept.append(path)
                continue
            os.unlink(self.full(path))
            self.deleted += 1
            self.changes += 1
            self.touched.add(os.path.dirname(self.full(path)))
            self.remove_if_empty(os.path.dirname(path))

    def remove_if_empty(self, folder):
        while folder and not self.is_excluded(folder):
            try:
                os.rmdir(self.full(folder))
            except OSError:
                return
            self.touched.discard(self.full(folder))
            folder = os.path.dirname(folder)
            self.touched.add(self.full(folder))

    def place(self, paths):
        self.folders.clear()
        uses = {}
        for path in paths:
            content = self.wanted[path]["sha256"]
            uses[content] = uses.get(content, 0) + 1
        for path in paths:
            entry = self.wanted[path]
            known = self.previous.get(path)
            target = self.full(path)
            if known and os.path.lexists(target) and not self.holds(path, known):
                self.replaced.append(path)
            self.make_folder(os.path.dirname(path))
            self.make_room(target)
            if entry["kind"] == "link":
                self.place_link(entry["target"], target)
            else:
                uses[entry["sha256"]] -= 1
                self.place_file(entry, target, uses[entry["sha256"]] == 0)
            self.stats[path] = signature(os.lstat(target))
            self.touched.add(os.path.dirname(target))
            self.changes += 1

    def make_folder(self, folder):
        if self.folder_kind(folder) == "folder":
            return
        self.make_folder(os.path.dirname(folder))
        os.mkdir(self.full(folder))
        self.folders[folder] = "folder"
        self.touched.add(os.path.dirname(self.full(folder)))

    def make_room(self, target):
        """An empty folder may give way to a file; one with something in it that is not ours may not."""
        try:
            if stat.S_ISDIR(os.lstat(target).st_mode):
                os.rmdir(target)
        except FileNotFoundError:
            pass
        except OSError:
            raise Refused("in_the_way", os.fsdecode(target))

    def place_link(self, link, target):
        os.makedirs(self.incoming(), exist_ok=True)
        temporary = self.incoming(b"link")
        if os.path.lexists(temporary):
            os.unlink(temporary)
        os.symlink(os.fsencode(link), temporary)
        os.rename(temporary, target)

    def place_file(self, entry, target, is_last_use):
        source = self.incoming(entry["sha256"].encode())
        if not is_last_use:
            copy = self.incoming(b"copy")
            with open(source, "rb") as content, open(copy, "wb") as file:
                for chunk in iter(lambda: content.read(CHUNK_BYTES), b""):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            source = copy
        os.chmod(source, mode(entry))
        os.rename(source, target)

    def remove_incoming(self):
        try:
            for name in os.listdir(self.incoming()):
                os.unlink(self.incoming(name))
            os.rmdir(self.incoming())
        except FileNotFoundError:
            pass


def checked(path):
    """The path as bytes, if it stays below the folder it is relative to."""
    name = path.encode()
    parts = name.split(b"/")
    if b"\0" in name or parts[0] == INCOMING or any(part in (b"", b".", b"..") for part in parts):
        raise Refused("unsafe", path)
    return name


def described(entry):
    return [entry["kind"], entry["size"], entry["target"] if entry["kind"] == "link" else entry["sha256"]]


def mode(entry):
    return 0o755 if entry["executable"] else 0o644


def signature(found):
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def hash_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return digest.hexdigest()


def sync_files(paths):
    failures = []

    def work(share):
        try:
            for path in share:
                descriptor = os.open(path, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)
        except OSError as error:
            failures.append(error)

    shares = [paths[first::SYNC_THREADS] for first in range(min(SYNC_THREADS, len(paths)))]
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def sync_folder(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # Some network file systems cannot sync folders; their servers do it on their own.
    finally:
        os.close(descriptor)


def shown(paths):
    return [path.decode() for path in paths]


def say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main():
    length = int(sys.stdin.buffer.readline())
    try:
        Receiver(json.loads(sys.stdin.buffer.read(length))).run()
    except Refused as refused:
        say({"problem": {"kind": refused.kind, "detail": refused.detail}})
    except OSError as error:
        kind = "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed"
        say({"problem": {"kind": kind, "detail": str(error)}})


try:
    main()
except (EOFError, BrokenPipeError):
    os._exit(1)  # The client is gone; the next one goes on from here.
