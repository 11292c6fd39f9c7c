"""What can go wrong with the embedded PostgreSQL.

EmbeddedPostgresError
├── DataDirectoryUnusable    wrong owner, out of reach, someone else's files, a disk that refuses
│   └── DataDirectoryInUse   another process holds the lock, or a server will not go away
├── BinariesUnusable         none found, too old, out of reach
├── WrongMajorVersion        the cluster was made by another major version
├── DurabilityOff            a setting that loses acknowledged presses in a power cut
└── ServerFailed             initdb or postgres ended with an error, or did not answer
"""


class EmbeddedPostgresError(Exception):
    """Its message is a sentence for the operator: what is wrong, where, and what to do about it."""


class DataDirectoryUnusable(EmbeddedPostgresError):
    """The data directory cannot hold the database as it is."""


class DataDirectoryInUse(DataDirectoryUnusable):
    """Another process owns the data directory."""


class BinariesUnusable(EmbeddedPostgresError):
    """There is no PostgreSQL that could be run."""


class WrongMajorVersion(EmbeddedPostgresError):
    """The cluster needs another major version; the message carries the commands that move it."""


class DurabilityOff(EmbeddedPostgresError):
    """The cluster's settings would lose presses that were already answered."""


class ServerFailed(EmbeddedPostgresError):
    """A PostgreSQL program failed; the message ends with the tail of its output."""
