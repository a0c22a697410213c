"""Unpacks an archive of plain files: python bin/unpack.py ARCHIVE FOLDER

Refuses, before anything is written, every entry that is no plain file or folder or that would lie
outside FOLDER.
"""

import pathlib
import shutil
import sys
import tarfile
import zipfile


def refuse(what):
    print(what, file=sys.stderr)
    sys.exit(3)


def check(name):
    path = pathlib.PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        refuse(
            f"The archive has an entry '{name}' that would lie outside its folder; "
            "nothing was unpacked."
        )


def main(archive, folder):
    folder = pathlib.Path(folder)
    if zipfile.is_zipfile(archive):
        try:
            opened = zipfile.ZipFile(archive)
            broken = opened.testzip()
        except zipfile.BadZipFile as error:
            refuse(f"'{archive}' is no archive that can be read, or it is cut ({error}).")
        with opened:
            if broken is not None:
                refuse(
                    f"'{archive}' is damaged: its entry '{broken}' cannot be read; "
                    "nothing was unpacked."
                )
            for entry in opened.infolist():
                check(entry.filename)
                if (entry.external_attr >> 28) == 0xA:
                    refuse(f"The archive has a link '{entry.filename}'; nothing was unpacked.")
            opened.extractall(folder)
        return
    try:
        opened = tarfile.open(archive)
        members = opened.getmembers()
    except Exception as error:  # tarfile, lzma and zlib each have errors of their own
        refuse(f"'{archive}' is no archive that can be read, or it is cut ({error}).")
    for member in members:
        check(member.name)
        if not (member.isfile() or member.isdir()):
            refuse(f"The archive has a link or special file '{member.name}'; nothing was unpacked.")
    for member in members:
        place = folder / member.name
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with opened.extractfile(member) as source, open(place, "wb") as target:
            shutil.copyfileobj(source, target)


main(*sys.argv[1:3])
