"""Made-up work: for the demonstration's offices, and for the practice office that stands beside a real one."""

from appliance.practice.furnish import File, Note, Paper, furnish, put_file

__all__ = ["File", "Note", "Paper", "furnish", "put_file"]
