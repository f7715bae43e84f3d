"""What the district waits for and could not be told at once: it goes out with the next stick."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("CREATE TABLE owed (n INTEGER PRIMARY KEY, message BLOB NOT NULL)")
