"""`nenep snapshot`: history and scores at one position, for a replica to begin from."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, console, print_json
from services.cli.place import DEFAULT_DATA, Data, Place, bus_at, locate, question, run
from services.contracts.snapshots import FOLDER, Manifest, SnapshotOf

PATIENCE_S = 600.0


def command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to make; it must not be there yet.")],
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Write history and scores at one position as Parquet files with a manifest: position, formats, digests.

    A new replica begins from them (`nenep rebuild --from-snapshot DIR`, or NENEP_SNAPSHOT with an empty data directory)
    and goes on from the event stream.
    """
    if out.exists():
        raise Failure(f"{out} is there already: name a folder that is not.")
    made = run(_make(locate(data), out))
    if format_ is Format.JSON:
        print_json(made.model_dump(mode="json", exclude={"digest"}) | {"folder": str(out.absolute())})
        return
    rows = ", ".join(f"{part.rows:,} rows of {part.table}" for part in made.parts if part.rows)
    megabytes = sum(part.bytes for part in made.parts) / 2**20
    console().print(
        Text("✓ ", style="green").append(f"{out} at event {made.position:,}: {rows}; {megabytes:.1f} MB", style="none")
    )


async def _make(place: Place, out: Path) -> Manifest:
    from services.evaluation.snapshots import Unusable, check  # the whole engine, which no other command needs

    name = f"snapshot-{secrets.token_hex(6)}"
    async with bus_at(place) as bus:
        made = (await question(bus, "evaluation", "snapshot", SnapshotOf(name=name), PATIENCE_S)).model(Manifest)
    source = place.data / FOLDER / name
    if not source.is_dir():
        raise Failure(f"Evaluation wrote it into {FOLDER}/{name} of its own data folder, which is not here: copy it.")
    draft = out.with_name(f".{out.name}.{name}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, draft)
        if check(draft) != made:
            raise Failure(f"{source} was replaced by another snapshot meanwhile: ask again.", Exit.WRONG)
        draft.rename(out)
    except Unusable as error:
        raise Failure(f"What was copied is not what evaluation wrote. {error}", Exit.WRONG) from error
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made
