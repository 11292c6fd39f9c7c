"""One file with everything that the database holds, and the way back from it."""
