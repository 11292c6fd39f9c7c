"""The server as a service of the operating system, by that system's own tools: systemd, launchd, Task Scheduler."""
