"""Files of an archive on disk: lock, journal, transaction, undo.

They stand on what POSIX gives: descriptors of folders, links that are not followed, locks of the kernel. Where a system
lacks one of these, importing the package raises SystemFailedError; nothing of an archive has been touched then.
"""

import os

from totem_cli.errors import SystemFailedError

_NEEDED = ("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "fchmod", "geteuid", "link")


def _missing() -> list[str]:
    missing = [name for name in _NEEDED if not hasattr(os, name)]
    if os.open not in os.supports_dir_fd:
        missing.append("dir_fd")
    try:
        import fcntl  # noqa: F401
    except ImportError:
        missing.append("fcntl")
    return missing


if _lacking := _missing():
    raise SystemFailedError(
        f"this system lacks what archives stand on ({', '.join(_lacking)})",
        hint="totem works on Linux, macOS and BSD; on Windows, run it in WSL",
    )
