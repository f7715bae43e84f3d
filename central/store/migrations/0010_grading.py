"""The grading of a file beside its title, so that nobody reads or finds a title that is not for all."""

import msgspec

from commons.database import Database
from protocol.efile import FileState


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE efile ADD COLUMN grading TEXT NOT NULL DEFAULT 'normal'")
    states = msgspec.msgpack.Decoder(FileState)
    graded = [
        (state.grading, file)
        for file, raw in db.rows("SELECT file, state FROM efile")
        if (state := states.decode(raw)).grading != "normal"
    ]
    db.run_many("UPDATE efile SET grading=? WHERE file=?", graded)
