"""The first tables of a node. `event`, `epoch`, `item` and `seal` are the truth; the views come from them."""

from commons.database import Database

TABLES = """
CREATE TABLE node (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  code TEXT NOT NULL, hub TEXT NOT NULL, mode TEXT NOT NULL, epoch BLOB NOT NULL, life INTEGER NOT NULL DEFAULT 0,
  head_seq INTEGER NOT NULL DEFAULT 0, head_hash BLOB NOT NULL, acked_seq INTEGER NOT NULL DEFAULT 0,
  cursor INTEGER NOT NULL DEFAULT 0, cursor_hash BLOB NOT NULL, hlc INTEGER NOT NULL DEFAULT 0,
  chosen_epoch BLOB, stopped_why TEXT NOT NULL DEFAULT '', copy_of_ms INTEGER NOT NULL DEFAULT 0,
  worked INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0);
CREATE TABLE epoch (
  epoch BLOB PRIMARY KEY, ordinal INTEGER NOT NULL, closed_seq INTEGER) WITHOUT ROWID;
CREATE TABLE event (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL,
  pos INTEGER, header BLOB NOT NULL, body BLOB NOT NULL, h BLOB,
  PRIMARY KEY (node, epoch, seq)) WITHOUT ROWID;
CREATE INDEX event_subject ON event (subject, pos);
CREATE TABLE item (
  n INTEGER PRIMARY KEY, item BLOB NOT NULL, hash BLOB NOT NULL, file TEXT NOT NULL, tag TEXT NOT NULL,
  log BLOB NOT NULL DEFAULT x'');
CREATE INDEX item_file ON item (file, n);
CREATE TABLE seal (
  n INTEGER PRIMARY KEY, life INTEGER NOT NULL, letter TEXT NOT NULL, statement BLOB NOT NULL, signature BLOB NOT NULL);
CREATE TABLE aside (
  epoch BLOB NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  header BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (epoch, seq)) WITHOUT ROWID;
CREATE TABLE efile (
  file TEXT PRIMARY KEY, life INTEGER NOT NULL, number INTEGER NOT NULL, holder TEXT NOT NULL, phase TEXT NOT NULL,
  answered INTEGER NOT NULL, fresh INTEGER NOT NULL, log_len INTEGER NOT NULL, log_hash BLOB NOT NULL,
  file_number TEXT NOT NULL, title TEXT NOT NULL, post TEXT NOT NULL, standing TEXT NOT NULL,
  arrived_hlc INTEGER NOT NULL, due TEXT NOT NULL, unread INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX efile_desk ON efile (post, phase, standing, arrived_hlc);
CREATE INDEX efile_phase ON efile (phase);
CREATE INDEX efile_number ON efile (file_number);
CREATE TABLE movement (
  event TEXT PRIMARY KEY, file TEXT NOT NULL, life INTEGER NOT NULL, number INTEGER NOT NULL, from_post TEXT NOT NULL,
  to_post TEXT NOT NULL, to_node TEXT NOT NULL, remarks TEXT NOT NULL, sent_hlc INTEGER NOT NULL,
  release_epoch BLOB, release_seq INTEGER, stage TEXT NOT NULL, stage_hlc INTEGER NOT NULL, opened_by TEXT NOT NULL,
  opened_post TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX movement_post ON movement (from_post, sent_hlc);
CREATE INDEX movement_file ON movement (file, sent_hlc);
CREATE INDEX movement_stage ON movement (stage);
CREATE TABLE paper (
  sha256 BLOB NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
  PRIMARY KEY (sha256, file)) WITHOUT ROWID;
CREATE INDEX paper_file ON paper (file);
CREATE TABLE counter (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE numbering (series TEXT PRIMARY KEY, floor INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (epoch BLOB NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (epoch, seq)) WITHOUT ROWID;
CREATE TABLE blob (
  sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, here INTEGER NOT NULL, at_hub INTEGER NOT NULL,
  tried_ms INTEGER NOT NULL DEFAULT 0, attached_seq INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX blob_wait ON blob (here, at_hub);
CREATE TABLE spool (sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, epoch BLOB NOT NULL, base INTEGER NOT NULL,
  count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE yellow (
  file TEXT NOT NULL, post TEXT NOT NULL, html TEXT NOT NULL, version INTEGER NOT NULL, saved_ms INTEGER NOT NULL,
  PRIMARY KEY (file, post)) WITHOUT ROWID;
CREATE TABLE line (
  id INTEGER PRIMARY KEY CHECK (id = 1), up INTEGER, since_ms INTEGER, last_exchange_ms INTEGER, trouble TEXT NOT NULL,
  token TEXT NOT NULL DEFAULT '', health BLOB NOT NULL DEFAULT x'', health_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE directory (version INTEGER PRIMARY KEY, signed BLOB NOT NULL);
CREATE TABLE account (
  employee TEXT PRIMARY KEY, password TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'hi') WITHOUT ROWID;
CREATE TABLE session (
  hash BLOB PRIMARY KEY, employee TEXT NOT NULL, post TEXT NOT NULL DEFAULT '', expires_ms INTEGER NOT NULL,
  csrf TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE throttle (
  source TEXT PRIMARY KEY, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
