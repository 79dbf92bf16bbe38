#!/bin/sh
# What the tests need beside Python packages: a Chromium, strace, git; Java, Node.js and xmllint for the validators of
# formats. As root on Debian they are installed; elsewhere this says what is missing.
set -eu
missing=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
command -v strace >/dev/null || missing="$missing strace"
command -v sshd >/dev/null || test -x /usr/sbin/sshd || missing="$missing openssh-server"
command -v git >/dev/null || missing="$missing git"
command -v java >/dev/null || missing="$missing default-jre-headless"
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
command -v xmllint >/dev/null || missing="$missing libxml2-utils"
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core >/dev/null
  else
    echo "the tests need these, please install them:$missing" >&2
    exit 1
  fi
fi
npm ci --silent --prefix "$(dirname "$0")/validators"
