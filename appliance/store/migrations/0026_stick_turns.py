"""When each paper last left on a stick: those that never did go first, for no stick tells that its papers arrived."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE blob ADD COLUMN stick_ms INTEGER NOT NULL DEFAULT 0")
