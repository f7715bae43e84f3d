"""What the office's registers and lists read: views of the journal, made anew from it like the others."""

from commons.database import Database

TABLES = """
ALTER TABLE efile ADD COLUMN sort TEXT NOT NULL DEFAULT 'file';
ALTER TABLE efile ADD COLUMN grading TEXT NOT NULL DEFAULT 'normal';
CREATE TABLE receipt (
  file TEXT PRIMARY KEY, number TEXT NOT NULL, title TEXT NOT NULL, sender TEXT NOT NULL, letter_no TEXT NOT NULL,
  letter_date TEXT NOT NULL, received TEXT NOT NULL, mode TEXT NOT NULL, type TEXT NOT NULL, category TEXT NOT NULL,
  vip TEXT NOT NULL, reference TEXT NOT NULL, due TEXT NOT NULL, section TEXT NOT NULL, copy_of TEXT NOT NULL,
  post TEXT NOT NULL, diarised_hlc INTEGER NOT NULL, put_in TEXT NOT NULL DEFAULT '',
  done_hlc INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX receipt_diary ON receipt (diarised_hlc);
CREATE INDEX receipt_put ON receipt (put_in);
CREATE INDEX receipt_type ON receipt (type, due);
CREATE TABLE cover (
  file TEXT PRIMARY KEY, section TEXT NOT NULL, category TEXT NOT NULL, heads TEXT NOT NULL, retention TEXT NOT NULL,
  earlier TEXT NOT NULL, later TEXT NOT NULL DEFAULT '', old_number TEXT NOT NULL, part_of TEXT NOT NULL,
  volume_of TEXT NOT NULL, post TEXT NOT NULL, opened_hlc INTEGER NOT NULL, closed_hlc INTEGER NOT NULL DEFAULT 0,
  closed_post TEXT NOT NULL DEFAULT '', recorded_hlc INTEGER NOT NULL DEFAULT 0, review TEXT NOT NULL DEFAULT '',
  slip TEXT NOT NULL DEFAULT '', out_hlc INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX cover_opened ON cover (opened_hlc);
CREATE INDEX cover_closed ON cover (closed_hlc);
CREATE TABLE stay (
  file TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, post TEXT NOT NULL, node TEXT NOT NULL,
  from_post TEXT NOT NULL, from_hlc INTEGER NOT NULL, to_hlc INTEGER, opened_hlc INTEGER, how TEXT NOT NULL,
  due TEXT NOT NULL, sort TEXT NOT NULL, PRIMARY KEY (file, n)) WITHOUT ROWID;
CREATE INDEX stay_post ON stay (post, to_hlc);
CREATE INDEX stay_from ON stay (from_hlc);
CREATE TABLE consult (
  opinion TEXT PRIMARY KEY, file TEXT NOT NULL, to_post TEXT NOT NULL, due TEXT NOT NULL, post TEXT NOT NULL,
  asked_hlc INTEGER NOT NULL, admitted_hlc INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX consult_file ON consult (file);
CREATE TABLE draft (
  file TEXT NOT NULL, draft INTEGER NOT NULL, version INTEGER NOT NULL, form TEXT NOT NULL, title TEXT NOT NULL,
  language TEXT NOT NULL, post TEXT NOT NULL, saved_hlc INTEGER NOT NULL, state TEXT NOT NULL,
  approved_hlc INTEGER NOT NULL DEFAULT 0, approved_post TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '',
  issued_hlc INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL DEFAULT '', to_post TEXT NOT NULL DEFAULT '',
  letter TEXT NOT NULL DEFAULT '', sha256 BLOB, dispatched TEXT NOT NULL DEFAULT '',
  dispatch_mode TEXT NOT NULL DEFAULT '', dispatch_remarks TEXT NOT NULL DEFAULT '', receipt TEXT NOT NULL DEFAULT '',
  addressee TEXT NOT NULL DEFAULT '', PRIMARY KEY (file, draft)) WITHOUT ROWID;
CREATE INDEX draft_number ON draft (number);
CREATE INDEX draft_issued ON draft (issued_hlc);
CREATE TABLE link (
  file TEXT NOT NULL, other TEXT NOT NULL, number TEXT NOT NULL, how TEXT NOT NULL, hlc INTEGER NOT NULL,
  PRIMARY KEY (file, other)) WITHOUT ROWID;
CREATE INDEX link_other ON link (other);
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
