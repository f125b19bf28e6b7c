"""`motcua demo run | load | remove`: the demonstration of one province on one machine."""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

from motcua.runtime import house
from motcua.runtime.database import database
from motcua.runtime.environment import home_folder
from motcua.runtime.ports import Ports
from motcua.runtime.postgres import cluster_of

if TYPE_CHECKING:
    from motcua.demo.records import Officer


def configure(parser: argparse.ArgumentParser) -> None:
    """One word: what to do."""
    parser.add_argument(
        "what",
        choices=["run", "load", "remove"],
        help="run everything here; load the data into the database; remove MOTCUA_HOME with all",
    )


def run(args: argparse.Namespace) -> int:
    """Do it."""
    match args.what:
        case "run":
            return house.run(demo=True, ready=_welcome)
        case "load":
            return _load()
        case _:
            return _remove()


def _load() -> int:
    with database(migrate=True):
        from motcua.demo import load
        from motcua.foundation import clock

        load.load(clock.now())
    return 0


def _remove() -> int:
    home = home_folder()
    if not (home / "secret_key").exists() and not (home / "postgres").exists():
        print(f"There is no installation in {home}.")
        return 0
    if (home / "postgres").exists():
        cluster_of(home).destroy()
    shutil.rmtree(home)
    print(f"Removed {home} with its database.")
    return 0


def _welcome(seconds: float) -> None:
    """Addresses and accounts, printed when the first page has answered."""
    from motcua.demo import accounts

    ports = Ports.read()
    here = "http://127.0.0.1"
    lines = [
        "",
        f"Một Cửa is ready after {seconds:.1f} s. Ctrl-C stops it.",
        "",
        f"  Cổng dịch vụ công      {here}:{ports.web}/",
        f"  Bộ phận Một cửa        {here}:{ports.web}/mot-cua/",
        f"  Thư điện tử (thử)      {here}:{ports.mail}/",
        f"  Ngân hàng (thử)        {here}:{ports.bank}/",
        f"  Cổng quốc gia (thử)    {here}:{ports.national}/",
        "",
        "  Accounts: sign in with the national eID sandbox and choose one, or type its number.",
        "",
        *(f"  {c.id_number}  {c.full_name:<18} {c.story}" for c in accounts.CITIZENS),
        "",
        "  Officers, with the seed of their one-time codes (TOTP), which signing asks for:",
        "",
        *(
            f"  {o.id_number}  {o.full_name:<18} {o.posts[0].title:<28}"
            f" {accounts.seed(o.id_number)}"
            for o in _officers()
        ),
        "",
    ]
    print("\n".join(lines), flush=True)


def _officers() -> list[Officer]:
    """Those of the commune where the named citizens live, and those of the province who set up
    access and look into it."""
    from motcua.demo import accounts

    shown = (f"{accounts.HOME_AGENCY}/", f"{accounts.PROVINCE}/")
    return [o for o in accounts.officers() if o.key.startswith(shown)]
