"""Papers on a bad line: how much one request carries, how fast they go, and how far each has got.

A row of `crossing` is a paper that was tried on the line: `crossing` is how many bytes its present way needs (a patch
on `base` needs fewer than the paper has), `crossed` how many of them the receiving side has kept.
So has one that the hub is said to have lost: it is asked before anything is sent again. The row goes when both have it.
"""

from commons.database import Database

STATEMENTS = (
    "ALTER TABLE line ADD COLUMN piece_bytes INTEGER NOT NULL DEFAULT 262144",
    "ALTER TABLE line ADD COLUMN rate_bytes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE line ADD COLUMN rate_ms INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE crossing (
  sha256 BLOB PRIMARY KEY, up INTEGER NOT NULL, crossed INTEGER NOT NULL, crossing INTEGER NOT NULL, base BLOB NOT NULL,
  began_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TRIGGER crossing_again AFTER UPDATE OF at_hub ON blob WHEN old.at_hub=1 AND new.at_hub=0 BEGIN
  INSERT OR IGNORE INTO crossing (sha256, up, crossed, crossing, base, began_ms, at_ms)
  VALUES (new.sha256, 1, 0, new.size, x'', 0, 0); END""",
    """CREATE TRIGGER crossing_done AFTER UPDATE OF here, at_hub ON blob WHEN new.here=1 AND new.at_hub=1 BEGIN
  DELETE FROM crossing WHERE sha256=new.sha256; END""",
    "CREATE TRIGGER crossing_over AFTER DELETE ON blob BEGIN DELETE FROM crossing WHERE sha256=old.sha256; END",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
