"""The configuration of mosquitto for a site: what each line is for stands beside it, in the file too."""

from collections.abc import Iterable

from contract.messages import MAX_BYTES
from contract.topics import Kind, topic
from deploy.site.layout import BrokerFiles

OF_TERMINAL = (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE)
"""What a terminal says and a collector hears."""
OF_COLLECTOR = (Kind.ACKS, Kind.SURVEY)
"""What a collector says and a terminal hears."""
_HEADERS = 512
"""More bytes than topic and headers of a message take."""

_CONFIGURATION = """\
# The broker of a fjes site, made by `fjes broker init`, which overwrites this file each time.
# Lines of your own belong into files of {own}, whose names end in .conf.

# One way in, with TLS 1.2 or newer. Whoever speaks without TLS, or an older one, gets no answer.
listener {port}
certfile {server}
keyfile {server_key}
tls_version tlsv1.2
# Nobody without a name and a password that stand in the password file, which is read anew at SIGHUP.
allow_anonymous false
password_file {passwords}
# A client's session goes by the name it signed on with, whatever else it calls itself: so nobody can take over, end or
# read the session of another.
use_username_as_clientid true
# What each may write and read. What it may not is answered as if it had been done, and not done.
acl_file {acl}

# What is kept over a restart: the collector's session, and the newest presence and survey of each terminal. fjes trusts
# none of it: what is lost here, terminals send again. It is written every 5 minutes (30 would be mosquitto's own
# choice), seldom enough for the card of a small machine.
persistence true
persistence_location {state}/
autosave_interval 300
# A collector that was taken away, and queues for nobody.
persistent_client_expiration 14d

# A message of fjes has {largest} bytes at most, and a little before them. A longer one ends its connection before the
# broker makes room for it.
max_packet_size {packet}
# fjes speaks QoS 1; the state that QoS 2 needs is not kept for anyone.
max_qos 1
# What waits for a collector that is away, or slower than all terminals together. When it is full, the broker drops what
# comes and says that it has it; to a terminal only the collector's own acknowledgement counts, and it sends again.
max_queued_messages 20000
max_queued_bytes 67108864
# On their way to one client at a time. mosquitto's own 20 make a collector wait for the network.
max_inflight_messages 200
# All that the broker takes, so that whoever has a password cannot take the whole machine.
memory_limit 536870912
# A connection takes memory before anyone has signed on.
max_connections 20000
# Of clients with MQTT 5. Those with 3.1.1 choose for themselves; fjes says 30.
max_keepalive 600
# Small messages leave at once.
set_tcp_nodelay true
# Figures of its own that nobody may read need not be made.
sys_interval 0

# Who came and went, and what went wrong. Never add `debug`: it writes down when each terminal sent something.
log_dest stderr
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
# By this `fjes terminal` finds the broker, to have it read the password file.
pid_file {pid}

include_dir {own}
"""

_ACL = """\
# Who may write and read what, made by `fjes broker init`, which overwrites this file each time. %u is the name that a
# client signed on with. To subscribe to more than one may read is no error; it brings nothing.
"""


def configuration(files: BrokerFiles, port: int) -> str:
    """The text of mosquitto.conf."""
    return _CONFIGURATION.format(
        own=files.own,
        port=port,
        server=files.server,
        server_key=files.server_key,
        passwords=files.passwords,
        acl=files.acl,
        state=files.state,
        pid=files.pid,
        largest=MAX_BYTES,
        packet=MAX_BYTES + _HEADERS,
    )


def acl(collectors: Iterable[str]) -> str:
    """The text of the ACL file: one rule for all terminals, and these collectors."""
    lines = [f"pattern write {topic('%u', kind)}" for kind in OF_TERMINAL]
    lines += [f"pattern read {topic('%u', kind)}" for kind in OF_COLLECTOR]
    for collector in collectors:
        lines += ["", f"user {collector}"]
        lines += [f"topic read {topic('+', kind)}" for kind in OF_TERMINAL]
        lines += [f"topic write {topic('+', kind)}" for kind in OF_COLLECTOR]
    return _ACL + "\n".join(lines) + "\n"
