"""``python -m totem_cli`` is ``totem``."""

import sys

from totem_cli.cli.main import main

sys.exit(main())
