"""The command `stancewatch` and its subcommands, each in a file of its own."""

import typer

from stancewatch.commands import alerts, db, deliveries, demo, doctor, feeds, replay, stance, up, watchlist

app = typer.Typer(
    name="stancewatch",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Watch the news for changes of position: who said what, when, and where it turned.",
)
app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("replay")(replay.replay)
app.command("stance")(stance.stance)
app.command("doctor")(doctor.doctor)
app.command("alerts")(alerts.alerts)
app.add_typer(watchlist.app, name="watchlist")
app.add_typer(feeds.app, name="feeds")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(db.app, name="db")
