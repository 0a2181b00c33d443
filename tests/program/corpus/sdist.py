"""Downloads an sdist as it is: sdist.py FOLDER NAME==VERSION.

`pip download` builds the metadata of an sdist, which runs its code. This asks pip only for the file and its digest.
"""
import hashlib
import os
import sys

from pip._internal.commands import create_command
from pip._vendor.packaging.requirements import Requirement

folder, requirement = sys.argv[1], Requirement(sys.argv[2])
command = create_command("download")
with command.main_context():
    options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", "-d", folder, sys.argv[2]])
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session, ignore_requires_python=True)
    found = finder.find_best_candidate(requirement.name, requirement.specifier).best_candidate
    if found is None:
        sys.exit(f"no sdist of {requirement}")
    link = found.link
    response = session.get(link.url_without_fragment)
    response.raise_for_status()
    if hashlib.new(link.hash_name, response.content).hexdigest() != link.hash:
        sys.exit(f"{link.filename} is not what the index says")
    os.makedirs(folder, exist_ok=True)
    partial = os.path.join(folder, link.filename + ".partial")
    with open(partial, "wb") as file:
        file.write(response.content)
    os.rename(partial, os.path.join(folder, link.filename))
