"""Whether a stopped node's deliveries are not the ones that the district goes by: it asks as one that has none."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE node ADD COLUMN parted INTEGER NOT NULL DEFAULT 0")
