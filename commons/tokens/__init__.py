"""USB tokens (DSC): which is plugged in, whose certificates are on it, and signatures by it.

What has access to USB speaks to no network, opens no node's data, and is asked over a Unix socket.
"""
