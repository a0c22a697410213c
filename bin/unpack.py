"""Unpacks an archive of plain files: python bin/unpack.py ARCHIVE FOLDER [NAME...]

With names, only these entries of a zip archive are unpacked.
Refuses, before anything is written, every entry that is no plain file or folder or that would lie
outside FOLDER, and an archive of too many entries or bytes: at most 20,000 entries, and 1 GB or 100
times the archive's own size, whichever is less (always 16 MB). The archives of the course have a
sixth of these entries and a tenth of these bytes.
"""

import contextlib
import os
import pathlib
import resource
import shutil
import sys
import tarfile
import zipfile

ENTRIES = 20_000
BYTES, LITTLE, RATIO = 1_000_000_000, 16_000_000, 100
MEMORY = 4 << 30  # the headers of an archive and its dictionaries are held in memory


def refuse(what):
    print(what, file=sys.stderr)
    sys.exit(3)


class Checked:
    """Counts the entries of an archive and refuses those that may not be unpacked."""

    def __init__(self, archive):
        self.archive = archive
        self.limit = min(BYTES, max(LITTLE, RATIO * os.path.getsize(archive)))
        self.entries = self.bytes = 0

    def add(self, name, size, plain):
        path = pathlib.PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            refuse(
                f"The archive has an entry '{name}' that would lie outside its folder; "
                "nothing was unpacked."
            )
        if not plain:
            refuse(f"The archive has a link or special file '{name}'; nothing was unpacked.")
        self.entries += 1
        self.bytes += size
        if self.entries > ENTRIES or self.bytes > self.limit:
            refuse(
                f"'{self.archive}' would unpack to more than {ENTRIES} entries or {self.limit} "
                "bytes; nothing was unpacked."
            )


def from_zip(archive, folder, names):
    with zipfile.ZipFile(archive) as opened:
        checked = Checked(archive)
        for name in names:
            if name not in opened.namelist():
                refuse(f"'{archive}' has no entry '{name}'; nothing was unpacked.")
        for entry in opened.infolist():
            kind = entry.external_attr >> 28
            checked.add(entry.filename, entry.file_size, kind in (0, 0x4, 0x8))
        broken = opened.testzip()  # reads no more of an entry than the size that it gives
        if broken is not None:
            refuse(
                f"'{archive}' is damaged: its entry '{broken}' cannot be read; "
                "nothing was unpacked."
            )
        yield  # everything is checked
        opened.extractall(folder, names or None)


def from_tar(archive, folder):
    checked = Checked(archive)
    with tarfile.open(archive) as opened:
        for member in opened:  # the size is known before the bytes are read
            checked.add(member.name, member.size, member.isfile() or member.isdir())
        yield  # everything is checked
        for member in opened.getmembers():
            place = folder / member.name
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with opened.extractfile(member) as source, open(place, "wb") as target:
                shutil.copyfileobj(source, target)


def main(archive, folder, *names):
    with contextlib.suppress(ValueError, OSError):  # macOS does not have this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    place = pathlib.Path(folder)
    zipped = names or zipfile.is_zipfile(archive)
    steps = from_zip(archive, place, names) if zipped else from_tar(archive, place)
    try:
        next(steps)
    except Exception as error:  # zipfile, tarfile, lzma and zlib each have errors of their own
        refuse(f"'{archive}' is no archive that can be read, or it is cut ({error}).")
    try:
        next(steps, None)
    except OSError as error:
        refuse(f"'{archive}' could not be unpacked into '{folder}' ({error}).")


main(*sys.argv[1:])
