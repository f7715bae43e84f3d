"""Scans that are not diarised yet, forms that were saved, phones that scan: none of it a function of the journal."""

from commons.database import Database

TABLES = """
CREATE TABLE scan (
  id TEXT PRIMARY KEY, post TEXT NOT NULL, employee TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL,
  name TEXT NOT NULL, media_type TEXT NOT NULL, pages INTEGER NOT NULL, at_ms INTEGER NOT NULL, bulk INTEGER NOT NULL,
  turn INTEGER NOT NULL, receipt TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX scan_post ON scan (post, receipt, bulk, turn);
CREATE INDEX scan_paper ON scan (sha256);
CREATE TABLE saved_form (
  token TEXT NOT NULL, post TEXT NOT NULL, receipt TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (token, post)) WITHOUT ROWID;
CREATE TABLE phone (
  hash BLOB PRIMARY KEY, receipt TEXT NOT NULL, employee TEXT NOT NULL, post TEXT NOT NULL, charge INTEGER NOT NULL,
  session BLOB NOT NULL, expires_ms INTEGER NOT NULL, opened BLOB, finished_pages INTEGER NOT NULL DEFAULT 0)
  WITHOUT ROWID;
CREATE INDEX phone_opened ON phone (opened);
CREATE INDEX phone_receipt ON phone (receipt, employee);
CREATE TABLE photo (
  phone BLOB NOT NULL, id TEXT NOT NULL, turn INTEGER NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL,
  media_type TEXT NOT NULL, PRIMARY KEY (phone, id)) WITHOUT ROWID;
CREATE INDEX photo_paper ON photo (sha256);
CREATE INDEX receipt_open ON receipt (done_hlc, diarised_hlc);
CREATE INDEX receipt_letter ON receipt (letter_no);
CREATE INDEX receipt_copy ON receipt (copy_of);
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
