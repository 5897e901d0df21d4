#!/bin/sh
# What is on in town: reads a page of events and puts them into the calendar.
# Where the page is stands in the config: hooks: {settings: {events: {url: "https://example.org/events.html"}}}
# fondly: timeout=20
set -eu

# There may be no jq, and one text is all that is needed of the JSON on standard input.
url=$(sed -n 's/.*"settings": {.*"url": "\([^"\\]*\)".*/\1/p')
if [ -z "$url" ]; then
  echo 'the config does not say where: hooks: {settings: {events: {url: "https://..."}}}' >&2
  exit 1
fi
page=$(curl --silent --show-error --fail --location --max-time 15 --url "$url" 2>&1) || {
  echo "the page of events cannot be read: ${page##*curl: }" >&2
  exit 1
}

# An event is a line such as <li><time datetime="2026-12-05T19:30:00+01:00">Saturday</time> Choir at the brewery</li>.
# A time needs its offset, for nobody knows which clock the page means; a line without one is passed over.
# In order: quotes and backslashes as JSON wants them; what HTML writes for them; the event; no other line; before it
# its id, made of all its letters and digits, since two events may begin at the same hour.
entries=$(printf '%s\n' "$page" | tr '\t' ' ' | tr -d '\000-\011\013-\037' | LC_ALL=C sed '
  s/[\\"]/\\&/g
  s/&quot;/\\"/g
  s/&#39;/'\''/g
  s/&amp;/\&/g
  s/.*<time datetime=\\"\([0-9TZ:+-]*\)\\">[^<]*<\/time> *\([^<]*[^< ]\) *<.*/"title": "\2", "start": "\1"/
  /^"title": .*"start": "[0-9-]\{10\}\(T[0-9:]*[Z+-][0-9:]*\)\{0,1\}"$/!d
  h
  s/[^A-Za-z0-9]//g
  G
  s/\(.*\)\n\(.*\)/{"id": "\1", \2, "minutes": 120},/' | sort -u)

# The last comma is one too many.
printf '{"add": [%s]}' "${entries%,}"
