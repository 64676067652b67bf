"""`python -m dashboard`: serves the dashboard on NENEP_DASHBOARD_PORT (default 8501), loopback only.

A reverse proxy (log-in, TLS) that passes the browser's Host on needs its public names in NENEP_DASHBOARD_HOSTS
(separated by commas): any other Host is refused, which keeps foreign names from being bound to this address.
"""

from __future__ import annotations

import os
import sys

from dashboard.asgi import app

OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": True,
    "runner.postScriptGC": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
}
"""`postScriptGC` off is what lets one process serve many viewers (see the decision record on the dashboard)."""


def main() -> None:
    """Serves until it is told to stop."""
    port = os.environ.get("NENEP_DASHBOARD_PORT", "8501")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"NENEP_DASHBOARD_PORT={port!r}: give a port from 1 to 65535")
    behind = [name.strip() for name in os.environ.get("NENEP_DASHBOARD_HOSTS", "").split(",") if name.strip()]
    app.run(config={**OPTIONS, "server.port": int(port), "server.allowedHosts": ["127.0.0.1", "localhost", *behind]})


if __name__ == "__main__":
    main()
