"""`nenep`, the command line: the system up, reports in, scores and explanations out."""


def main() -> None:
    """The entry point. The commands are imported only here: `publishing` is used by processes that want no more."""
    from services.cli.app import main as run

    run()
