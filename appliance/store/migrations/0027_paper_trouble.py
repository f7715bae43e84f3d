"""Why a paper rests: a code for the page that shows what waits; empty when it went."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE blob ADD COLUMN trouble TEXT NOT NULL DEFAULT ''")
