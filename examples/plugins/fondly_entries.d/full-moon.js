#!/usr/bin/env node
// An evening walk on the day of each full moon.
// Its moment by the largest terms of Jean Meeus, Astronomical Algorithms, chapter 49: right to a quarter of an hour.

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const start = new Date(asked.data.window.start);
const end = new Date(asked.data.window.end);

const DAY = 24 * 60 * 60 * 1000;
const sin = (degrees) => Math.sin((degrees * Math.PI) / 180);

function fullMoon(k) {
  // k counts the moons since January 2000; a full one lies half way between two new ones.
  const sun = 2.5534 + 29.1053567 * k;
  const moon = 201.5643 + 385.81693528 * k;
  const node = 160.7108 + 390.67050284 * k;
  const days =
    2451550.09766 + 29.530588861 * k
    - 0.40614 * sin(moon) + 0.17302 * sin(sun) + 0.01614 * sin(2 * moon) + 0.01043 * sin(2 * node)
    + 0.00734 * sin(moon - sun) - 0.00515 * sin(moon + sun) + 0.00209 * sin(2 * sun);
  return new Date((days - 2440587.5) * DAY);
}

const evenings = [];
let k = Math.floor((start - new Date("2000-01-06T18:14:00Z")) / (29.530588861 * DAY)) - 0.5;
for (let moon = fullMoon(k); moon < end; moon = fullMoon((k += 1))) {
  // The evening that is nearest: a moon that is full before noon was as good the evening before.
  const day = new Date(moon - DAY / 2).toISOString().slice(0, 10);
  if (moon >= start) evenings.push(day);
}

process.stdout.write(
  JSON.stringify({
    add: evenings.map((day) => ({
      id: day,
      title: "Full moon: walk until you have seen it",
      neutral_title: "Walk",
      start: day,
      description: "Ten minutes are enough. Who is far away looks up at the same one.",
    })),
  }),
);
