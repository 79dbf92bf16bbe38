#!/bin/sh
# wheel-check.sh PYTHON: build the wheel as a release does, install it with the versions of requirements.txt into a new
# virtual environment without tools of developers, and use it there as somebody new would. PYTHON has hatchling.
set -eu
python=$1
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m hatchling build --target wheel --directory "$folder/dist" >/dev/null
base=$("$python" -c 'import sys; print(sys._base_executable)')
"$base" -m venv "$folder/venv"
bin=$folder/venv/bin
sed -E 's/ \\$//; /^ +--hash/d' requirements.txt >"$folder/pins.txt"  # as constraints, so that nothing more is installed
"$bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$folder/pins.txt" "$folder"/dist/*.whl
"$bin/python" -m pip check
for module in pytest hatchling mypy hypothesis; do
  if "$bin/python" -c "import $module" 2>/dev/null; then
    echo "$module is installed by the wheel" >&2
    exit 1
  fi
done
mkdir "$folder/work"
cd "$folder/work"
export PATH="$bin:$PATH" LANG=C.UTF-8
unset PYTHONPATH TOTEM_ARCHIVE 2>/dev/null || true
totem init --title "Nos soirées"
totem add series "Les jeudis"
totem add episode "Écrire simple" --date "5 octobre 2023"
totem add guest 1 "Ada Martin" --role Autrice
totem add question 1 "Comment relire un texte ?"
totem show 1 | grep -q "Ada Martin"
totem search relire | grep -q "relire"
totem check
totem export html
test -s site/index.html
totem check site site
totem export json | grep -q "Écrire simple"
totem export epub --output book.epub
totem import csv - --dry-run --series les-jeudis <<'CSV' >/dev/null
title,date
Lire,2023-11-02
CSV
totem undo
totem doctor | grep -q "extra browse"
if totem export pdf --output book.pdf 2>said; then
  echo "the wheel installs the extra pdf" >&2
  exit 1
fi
grep -q "totem-cli\[pdf\]" said
test -s "$folder/venv/share/man/man1/totem.1"
test -s "$folder/venv/share/bash-completion/completions/totem"
echo "the wheel works"
