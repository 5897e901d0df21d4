"""iCalendar and CalDAV: entry to component and back, time zones, busy times, transport. Knows no host, no plugin."""
