"""What neighbours did for this office, and this office for them: the newest of each, which the screens tell.

`neighbour`: whom this office last handed its post, and what the last attempt came to. `carried_for`: one row an office.
"""

from commons.database import Database

STATEMENTS = (
    """CREATE TABLE neighbour (
  id INTEGER PRIMARY KEY CHECK (id = 1), office TEXT NOT NULL DEFAULT '', carried_ms INTEGER,
  tried TEXT NOT NULL DEFAULT '', tried_ms INTEGER, trouble TEXT NOT NULL DEFAULT '')""",
    "INSERT INTO neighbour (id) VALUES (1)",
    """CREATE TABLE carried_for (
  office TEXT PRIMARY KEY, times INTEGER NOT NULL, bytes INTEGER NOT NULL, last_ms INTEGER NOT NULL) WITHOUT ROWID""",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
