#!/bin/sh
# make-venv.sh PYTHON FOLDER: a virtual environment; Debian packs the module for it apart, so install it where we may.
set -eu
python=$1
folder=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "totem needs Python 3.11 or newer, and $python is not" >&2
  exit 1
}
if "$python" -m venv "$folder" >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  exec "$python" -m venv "$folder"
fi
echo "$python cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)" >&2
exit 1
