"""Unpacks wheels and sdists: unpack.py TARGET ARCHIVE..., each archive into TARGET/<name of the folder that it is in>.

Taken are Python files, and of an sdist also the files by which a project says what it is and where it runs: the fixes of a file
depend on these. Each folder is marked as a repository, so that no package is the project of another one's files.
"""
import os
import sys
import tarfile
import zipfile

PYTHON = (".py", ".pyi", ".pyw")
# As `src/workspace/container.rs` and the configuration look for them.
PROJECT = (".toml", ".cfg", ".yml", ".yaml", ".json", ".hcl", ".dockerfile")
LARGEST_PROJECT_FILE = 100_000


def wanted(name, size, is_wheel):
    base = name.rsplit("/", 1)[-1].lower()
    if base.endswith(PYTHON):
        return True
    if is_wheel or size > LARGEST_PROJECT_FILE:
        return False
    return base.endswith(PROJECT) or base.startswith(("dockerfile", "containerfile", "procfile"))


def members(archive):
    """Path, size and contents of each file, the latter as something to call."""
    if archive.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not info.is_dir():
                    yield info.filename, info.file_size, lambda: opened.read(info)
    else:
        with tarfile.open(archive) as opened:
            for info in opened:
                if info.isfile():
                    yield info.name, info.size, lambda: opened.extractfile(info).read()


def unpack(archive, folder, is_wheel):
    for name, size, contents in members(archive):
        parts = [part for part in name.split("/") if part != "."]
        if not is_wheel:
            # The folder that holds all of an sdist.
            parts = parts[1:]
        # No file of a pinned package leads out of its folder; a hidden one is nothing that the tool reads.
        if any(part in ("", "..") or part.startswith(".") for part in parts) or not parts:
            continue
        if wanted(name, size, is_wheel):
            path = os.path.join(folder, *parts)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(contents())


target, archives = sys.argv[1], sys.argv[2:]
for archive in archives:
    folder = os.path.join(target, os.path.basename(os.path.dirname(archive)))
    if os.path.isdir(folder):
        continue
    # Renamed when it is complete: an interrupted run must not leave half a package.
    partial = folder + ".partial"
    os.makedirs(os.path.join(partial, ".git"), exist_ok=True)
    unpack(archive, partial, archive.endswith(".whl"))
    os.rename(partial, folder)
