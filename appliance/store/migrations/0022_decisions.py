"""What the district decided about entries that were set aside, and what each restore of this office brought back.

`decision` and `decided` are views of the delivered items. A row of `restored` is a restore that has ended; `came`
counts the entries that the district had and the copy had not, `aside` those of the copy that do not count.
"""

from commons.database import Database

STATEMENTS = (
    """CREATE TABLE decision (
  event TEXT PRIMARY KEY, file TEXT NOT NULL, hlc INTEGER NOT NULL, e BLOB NOT NULL, how TEXT NOT NULL,
  reason TEXT NOT NULL, person TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX decision_file ON decision (file)",
    "CREATE TABLE decided (e BLOB PRIMARY KEY, event TEXT NOT NULL, hlc INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX decided_event ON decided (event)",
    """CREATE TABLE restored (
  epoch BLOB PRIMARY KEY, why TEXT NOT NULL, copy_of_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL,
  came INTEGER NOT NULL, aside INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE restored_file (epoch BLOB NOT NULL, file TEXT NOT NULL, PRIMARY KEY (epoch, file)) WITHOUT ROWID",
    "CREATE INDEX aside_subject ON aside (subject)",
    "CREATE INDEX event_nowhere ON event (subject) WHERE pos IS NULL AND h IS NOT NULL",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
