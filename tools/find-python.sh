#!/bin/sh
# Print the first interpreter that is Python 3.11 or newer.
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    echo "$candidate"
    exit 0
  fi
done
echo "totem needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2
echo python3
