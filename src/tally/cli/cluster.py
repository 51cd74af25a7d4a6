"""`tally cluster status`: the state of the database, a single PostgreSQL or several."""

from __future__ import annotations

import typer

from tally.cli.options import DataDir
from tally.server import bootstrap

app = typer.Typer(
    help="The state of a database on several PostgreSQL servers.", no_args_is_help=True
)


@app.callback()
def main() -> None:
    """The state of a database on several PostgreSQL servers."""


@app.command()
def status(data_dir: DataDir = None) -> None:
    """Print the nodes, the tables with their shards, and the faults. Ends with 1 for any fault."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError

    from tally.db.engine import driver_url
    from tally.server import cluster, postgres

    with bootstrap.refusing():
        settings = bootstrap.read_settings(data_dir)
        with postgres.borrowed(settings.data_dir, settings.database_url, make=False) as url:
            engine = create_engine(
                driver_url(settings.migration_url or url), connect_args={"connect_timeout": 10}
            )
            try:
                with engine.connect() as db:
                    state = cluster.read(db)
            except DBAPIError as error:
                raise bootstrap.StartRefused(
                    f"The database does not say how it stands: {str(error.orig).strip()}"
                ) from error
            finally:
                engine.dispose()
        for line in cluster.description(state):
            print(line)
        faults = list(cluster.faults(state)) if state.citus else []
        for sentence in faults:
            print(f"! {sentence}")
    if faults:
        raise typer.Exit(1)
