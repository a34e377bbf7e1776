"""The `smtp` transport: one round trip a message over pooled connections, composed and signed here.

`transport` is the door. `pool` shares a mail server's connections among the handovers that are
open, `connection` speaks RFC 5321 with pipelining, `replies` reads and judges what the server says;
`mime`, `headers`, `addresses`, `dkim` and `verp` make what goes over the wire; `loop` runs it all.
"""
