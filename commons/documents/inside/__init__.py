"""What opens documents. Only the worker may import this: it is where a decoder's fault would strike."""
