"""A paper that is let go while it arrives: what has come of it goes too."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE paper_going ADD COLUMN upload TEXT NOT NULL DEFAULT ''")
