"""USB sticks come and go: one small privileged process mounts what may be mounted, and tells what cannot be.

It parses nothing of a stick itself: what is on one is known from udev, whose builder works without privileges for it
the kernel's own drivers read the file system, and all that is done with the files is done by the unprivileged programs.
"""
