"""Which checkpoints a run has, which of them are whole, and the command that resumes from one.

Runs on the pod with nothing but Python's standard library (3.8 or newer). It judges files by their own structure and
reads only their headers and ends, so neither a large checkpoint nor a hostile one costs memory:

  list       every checkpoint, newest first, whole or torn with the reason
  choose     the name of the newest whole checkpoint, or an empty line
  set-aside  moves all checkpoints to <output dir>.before-<intent>, so that none of them is resumed from again
  plan       for train.sh: the checkpoint, the skipped ones and the words of the command, NUL-terminated

The newest checkpoint is the one with the highest number in its name, whatever its time stamp says.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import stat
import struct
import sys

# Larger JSON files (a tokenizer, a very long log history) are looked at from both ends only.
JSON_PARSED_UP_TO = 4 * 1024 * 1024
# The safetensors format itself allows no longer header.
SAFETENSORS_HEADER_LIMIT = 100_000_000
ZIP_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt")
# The end record of a zip file is 22 bytes and a comment of at most 65535.
ZIP_TAIL = 22 + 65535


class Torn(Exception):
    """A checkpoint is not whole; the message says why."""


def main():
    arguments = parser().parse_args()
    arguments.run(arguments)


def parser():
    top = argparse.ArgumentParser(prog="checkpoints.py", description=__doc__.splitlines()[0])
    verbs = top.add_subparsers(dest="verb", required=True)
    for name, run in (("list", run_list), ("choose", run_choose), ("set-aside", run_set_aside), ("plan", run_plan)):
        verb = verbs.add_parser(name)
        verb.set_defaults(run=run)
        verb.add_argument("--output-dir", required=True)
        verb.add_argument("--glob", default="checkpoint-*")
        if name == "list":
            verb.add_argument("--json", action="store_true")
        if name == "set-aside":
            verb.add_argument("--intent", required=True)
        if name == "plan":
            verb.add_argument("--config", required=True)
            verb.add_argument("--command", required=True)
            verb.add_argument("--resume-arg", default="")
            verb.add_argument("--ignore-checkpoints", action="store_true")
    return top


def run_list(arguments):
    found = []
    for name in candidates(arguments.output_dir, arguments.glob):
        reason = why_torn(os.path.join(arguments.output_dir, name))
        found.append({"name": name, "step": step_of(name), "whole": reason is None, "reason": reason})
    if arguments.json:
        json.dump({"checkpoints": found}, sys.stdout)
        print()
        return
    for checkpoint in found:
        state = "whole" if checkpoint["whole"] else "torn: " + checkpoint["reason"]
        print(printable(checkpoint["name"]) + "  " + printable(state))


def run_choose(arguments):
    write_bytes(os.fsencode(choose(arguments.output_dir, arguments.glob)[0] or "") + b"\n")


def run_set_aside(arguments):
    # Beside the real directory: a rename works within one file system only.
    output_dir = os.path.realpath(arguments.output_dir)
    aside = output_dir + ".before-" + arguments.intent
    names = candidates(output_dir, arguments.glob)
    if not names:
        return
    os.makedirs(aside, exist_ok=True)
    for name in names:
        os.rename(os.path.join(output_dir, name), os.path.join(aside, name))
    write_bytes(os.fsencode(aside) + b"\n")


def run_plan(arguments):
    chosen, skipped = None, []
    if not arguments.ignore_checkpoints:
        chosen, skipped = choose(arguments.output_dir, arguments.glob)
    try:
        words = command_words(arguments, chosen)
    except ValueError as problem:
        sys.exit("TRAIN_COMMAND or RESUME_ARG: " + str(problem))
    fields = ["resume=" + (chosen or "")]
    fields += ["skipped=" + name + ": " + reason for name, reason in skipped]
    fields += ["word=" + word for word in words]
    write_bytes(b"".join(os.fsencode(field) + b"\0" for field in fields))


def command_words(arguments, chosen):
    """The words of the command. A value is put in after the splitting, so it is never split or read again itself."""
    values = {
        "config": arguments.config,
        "output_dir": arguments.output_dir,
        "checkpoint": os.path.join(arguments.output_dir, chosen) if chosen else "",
    }

    def filled(word):
        return re.sub(r"\{(config|output_dir|checkpoint)\}", lambda match: values[match.group(1)], word)

    words = []
    for word in shlex.split(arguments.command):
        if word == "{resume}":
            words += [filled(part) for part in shlex.split(arguments.resume_arg)] if chosen else []
        elif "{resume}" in word:
            raise ValueError("{resume} must be a word of its own")
        else:
            words.append(filled(word))
    if not words:
        raise ValueError("there is no command")
    return words


def choose(output_dir, pattern):
    """The newest whole checkpoint (or None), and the torn ones that are newer, each with its reason."""
    skipped = []
    for name in candidates(output_dir, pattern):
        reason = why_torn(os.path.join(output_dir, name))
        if reason is None:
            return name, skipped
        skipped.append((name, reason))
    return None, skipped


def candidates(output_dir, pattern):
    """Names that match the pattern, and unfinished saves of such a name, newest first."""
    try:
        names = os.listdir(output_dir)
    except OSError:
        return []
    matching = [name for name in names if fnmatch.fnmatchcase(unfinished_name(name), pattern)]
    return sorted(matching, key=lambda name: (numbers(name), name), reverse=True)


def unfinished_name(name):
    return name[len("tmp-"):] if name.startswith("tmp-") else name


def numbers(name):
    return tuple(int(digits) for digits in re.findall("[0-9]+", name))


def step_of(name):
    return numbers(name)[-1] if numbers(name) else None


def why_torn(path):
    """None for a whole checkpoint, else the reason."""
    try:
        if os.path.basename(path).startswith("tmp-"):
            raise Torn("it is an unfinished save")
        if os.path.isdir(path):
            check_folder(path)
        else:
            check_file(path, os.path.basename(path))
    except Torn as torn:
        return str(torn)
    except (OSError, ValueError) as error:
        return "it cannot be read: " + (getattr(error, "strerror", None) or type(error).__name__)
    return None


def check_folder(folder):
    empty = True
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        with os.scandir(current) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                # Hidden files are bookkeeping of other tools, not part of what was saved.
                elif not entry.name.startswith("."):
                    check_file(entry.path, os.path.relpath(entry.path, folder))
                    empty = False
    if empty:
        raise Torn("it has no files")


def check_file(path, label):
    try:
        status = os.stat(path)
    except OSError:
        raise Torn(label + " cannot be found") from None
    # Opening a pipe would wait for ever.
    if not stat.S_ISREG(status.st_mode):
        raise Torn(label + " is not a plain file")
    if status.st_size == 0:
        raise Torn(label + " is empty")
    if label.endswith(".json"):
        check_json(path, label, status.st_size)
    elif label.endswith(".safetensors"):
        check_safetensors(path, label, status.st_size)
    elif label.endswith(ZIP_SUFFIXES):
        check_archive(path, label, status.st_size)


def check_json(path, label, size):
    with open(path, "rb") as file:
        if size > JSON_PARSED_UP_TO:
            start = file.read(64).lstrip()[:1]
            file.seek(size - 64)
            end = file.read(64).rstrip()[-1:]
            if start + end not in (b"{}", b"[]"):
                raise Torn(label + " is not complete JSON")
            return
        document = parse_json(file.read(), label)
    if label.endswith(".index.json"):
        check_shards(document, path, label)


def parse_json(data, label):
    try:
        # Digits are kept as text: converting a million of them to a number would take for ever.
        return json.loads(data, parse_int=len)
    except (ValueError, RecursionError):
        raise Torn(label + " is not readable JSON") from None


def check_shards(document, path, label):
    shards = document.get("weight_map") if isinstance(document, dict) else None
    if not isinstance(shards, dict):
        return
    for shard in sorted({shard for shard in shards.values() if isinstance(shard, str)}):
        place = os.path.join(os.path.dirname(path), shard)
        if "\0" in shard or not os.path.isfile(place):
            raise Torn(label + " names " + shard + ", which is missing")


def check_safetensors(path, label, size):
    with open(path, "rb") as file:
        prefix = file.read(8)
        if len(prefix) < 8:
            raise Torn(label + " is shorter than its header")
        length = struct.unpack("<Q", prefix)[0]
        if length > SAFETENSORS_HEADER_LIMIT or 8 + length > size:
            raise Torn(label + " is shorter than its header says")
        if length > JSON_PARSED_UP_TO:
            return
        header = parse_json_keeping_numbers(file.read(length), label)
    if not isinstance(header, dict):
        raise Torn(label + " has no readable header")
    end = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            end = max(end, end_offset(tensor, label))
    if 8 + length + end != size:
        raise Torn("{} has {} bytes, its header says {}".format(label, size, 8 + length + end))


def parse_json_keeping_numbers(data, label):
    try:
        return json.loads(data, parse_int=short_int)
    except (ValueError, RecursionError):
        raise Torn(label + " has no readable header") from None


def short_int(digits):
    if len(digits) > 20:
        raise ValueError("too large for an offset")
    return int(digits)


def end_offset(tensor, label):
    offsets = tensor.get("data_offsets") if isinstance(tensor, dict) else None
    if not (isinstance(offsets, list) and len(offsets) == 2 and all(type(offset) is int for offset in offsets)):
        raise Torn(label + " has no readable header")
    return offsets[1]


def check_archive(path, label, size):
    """PyTorch saves a zip file since 1.6. Older ones and other .bin files have no end that could be checked."""
    with open(path, "rb") as file:
        beginning = file.read(4)
        if not b"PK\x03\x04".startswith(beginning):
            return
        start = max(0, size - ZIP_TAIL - 20)
        file.seek(start)
        tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or position + 22 > len(tail):
        raise Torn(label + " has no end record")
    directory_size, directory_start, comment = struct.unpack("<IIH", tail[position + 12:position + 22])
    # With more than 4 GiB the numbers stand in a second record, whose locator comes right before this one.
    if 0xFFFFFFFF in (directory_size, directory_start):
        complete = tail[max(0, position - 20):position].startswith(b"PK\x06\x07")
    else:
        complete = directory_start + directory_size <= start + position
    if not complete or position + 22 + comment != len(tail):
        raise Torn(label + " has a damaged end record")


def printable(text):
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def write_bytes(data):
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
