"""What can go wrong with a backup.

BackupError
├── BackupFailed      none was made: no space, no programs, a database that refuses, a check that finds a difference
├── BackupUnusable    a file that is no backup, a damaged one, or one of a newer program
└── RestoreRefused    the database is in use, or holds something
"""


class BackupError(Exception):
    """Its message is a sentence for the operator: what is wrong, and what to do about it."""


class BackupFailed(BackupError):
    """No backup was made, and nothing was left behind."""


class BackupUnusable(BackupError):
    """The file cannot be restored. Nothing was changed."""


class RestoreRefused(BackupError):
    """The database is not to be replaced as it is. Nothing was changed."""
