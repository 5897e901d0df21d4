"""What makes a machine run `fondly sync` by itself, as text: systemd, launchd, cron. Pure."""
