"""Documents from outside: what they are by content, their pictures and words, several made one; bad ones refused.

Whatever opens them does so in a short-lived process without files, sockets or secrets (`run`, `worker`, `inside`).
"""
