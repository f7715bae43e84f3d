"""What the district waits for and could not be told at once: it goes out with the next stick."""


def up(migrator: object, db) -> None:  # type: ignore[no-untyped-def] # peewee's runner passes its own untyped database
    db.execute_sql("CREATE TABLE owed (n INTEGER PRIMARY KEY, message BLOB NOT NULL)")
