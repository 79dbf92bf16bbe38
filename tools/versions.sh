#!/bin/sh
# versions.sh oldest|newest PYTHON: install totem, each extra too, with the oldest or the newest versions that
# pyproject.toml allows, into a virtual environment of its own, and run the tests that meet each library.
# The versions that were taken stand in FOLDER/versions.txt. VERSIONS_VENV names the folder.
set -eu
which=$1
python=$2
folder=${VERSIONS_VENV:-.venv-$which}
cd "$(dirname "$0")/.."
tools/make-venv.sh "$python" "$folder"
bin=$folder/bin
"$bin/python" tools/versions.py "$which" >"$folder/wanted.txt"
"$bin/python" -m pip install --quiet --disable-pip-version-check --upgrade --requirement "$folder/wanted.txt" pytest hypothesis \
  "jsonschema[format-nongpl]" httpx feedparser html5lib openpyxl pypdfium2 "bibtexparser>=2,<3" \
  hatchling editables
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
"$bin/python" -m pip check
"$bin/python" -m pip freeze --exclude-editable >"$folder/versions.txt"
# the warnings of old libraries about new ones below them are nobody's mistake here
quiet=
test "$which" = newest || quiet="-W ignore::DeprecationWarning -W ignore::UserWarning"
# shellcheck disable=SC2086
"$bin/python" -m pytest -q -p no:cacheprovider $quiet ${VERSIONS_ARGS:-} \
  tests/test_transcripts.py tests/test_cli_completion.py tests/test_cli_export.py tests/test_cli_streams.py \
  tests/test_documents.py tests/test_terminal_console.py tests/test_terminal_pages.py tests/test_terminal_tables.py \
  tests/test_markup_html.py tests/test_markup_cmark.py tests/test_markup_sanitiser.py tests/test_exporters_html.py \
  tests/test_exporters_html_pictures.py tests/test_exporters_pdf.py tests/test_exporters_sqlite.py \
  tests/test_exporters_ics.py tests/test_importers_ics.py tests/test_importers_csv.py \
  tests/test_importers_table.py tests/test_roundtrip.py tests/test_serve_preview.py tests/test_serve_receiver.py \
  tests/test_deploy.py tests/test_browse.py
