"""The office's database: journal, views made from it, outbox, migrations."""
