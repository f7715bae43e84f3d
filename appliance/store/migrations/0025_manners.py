"""A line that the office shares: how much of it may be used, and when it rests.

`cap` has one row for each hour of the day (India) whose traffic is limited. A pause always ends by itself.
"""

from commons.database import Database

STATEMENTS = (
    "ALTER TABLE line ADD COLUMN metered INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE line ADD COLUMN paused_until_ms INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE line ADD COLUMN paused_by TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE cap (hour INTEGER PRIMARY KEY CHECK (hour BETWEEN 0 AND 23), kbit INTEGER NOT NULL CHECK (kbit>=8))",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
