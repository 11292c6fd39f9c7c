"""Coming over: what an installation of mdrxy/streamdeck-buttons has recorded, brought into a station."""
