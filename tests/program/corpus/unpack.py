"""Unpacks the Python files of wheels: unpack.py TARGET WHEEL..., each wheel into TARGET/<name of the wheel>."""
import os
import sys
import zipfile

target, wheels = sys.argv[1], sys.argv[2:]
for wheel in wheels:
    folder = os.path.join(target, os.path.basename(wheel)[: -len(".whl")])
    if os.path.isdir(folder):
        continue
    # Renamed when it is complete: an interrupted run must not leave half a package.
    partial = folder + ".partial"
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith((".py", ".pyi", ".pyw"))]
        os.makedirs(partial, exist_ok=True)
        archive.extractall(partial, names)
    os.rename(partial, folder)
