#!/bin/sh
# lock.sh PYTHON: pin every dependency by name, version and hash; no index's address gets into the files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import pathlib
import sys
import tomllib

settings = tomllib.loads(pathlib.Path("pyproject.toml").read_text())
groups = settings["dependency-groups"]
for extra, wanted in settings["project"]["optional-dependencies"].items():
    if extra != "all":
        groups["test"] += wanted  # the tests run with every extra
for name, wanted in groups.items():
    pathlib.Path(sys.argv[1], f"{name}.in").write_text("\n".join(wanted) + "\n")
PYTHON
pin() {
  "$folder/venv/bin/pip-compile" --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --no-header --no-annotate --allow-unsafe --strip-extras "$@"
}
# All together first: a version that the package alone would take may be one that an extra cannot have.
pin --output-file "$folder/all.txt" pyproject.toml "$folder/build.in" "$folder/test.in"
sed -n 's/^\([a-zA-Z0-9._-]*==[^ ]*\).*/\1/p' "$folder/all.txt" >"$folder/versions.txt"
pin --constraint "$folder/versions.txt" --output-file requirements.txt pyproject.toml "$folder/build.in"
pin --constraint "$folder/versions.txt" --output-file requirements-test.txt "$folder/test.in"
pin --output-file benchmarks/requirements.txt "$folder/bench.in"
pin --pip-args=--only-binary=:all: --output-file benchmarks/requirements-ripgrep.txt "$folder/ripgrep.in"
pin --output-file docs/requirements.txt "$folder/docs.in"
