"""What people decided about entries that were set aside (custody section 7).

`decision` has the hub's own `decide` events, `sha256` the paper of the originals for whom it asks to write. `decided`
says for each entry, by its hash e, which event settled it: a `decide`, or a note or paper that says it anew.
"""

from commons.database import Database

STATEMENTS = (
    """CREATE TABLE decision (
  event TEXT PRIMARY KEY, file TEXT NOT NULL, hlc INTEGER NOT NULL, header BLOB NOT NULL, body BLOB NOT NULL,
  sha256 BLOB NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX decision_file ON decision (file)",
    "CREATE TABLE decided (e BLOB PRIMARY KEY, event TEXT NOT NULL, hlc INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX aside_subject ON aside (subject)",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
