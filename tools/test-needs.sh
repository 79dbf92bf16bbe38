#!/bin/sh
# What the tests need beside Python packages: a Chromium, strace, git. As root on Debian they are installed; elsewhere
# this says what is missing.
set -eu
missing=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
command -v strace >/dev/null || missing="$missing strace"
command -v git >/dev/null || missing="$missing git"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core >/dev/null
  exit 0
fi
echo "the tests need these, please install them:$missing" >&2
exit 1
