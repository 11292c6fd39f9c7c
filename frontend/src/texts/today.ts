/** Today: what is happening now, and the first steps of a new station. */

const many = (count: number, one: string, more: string): string => (count === 1 ? one : more);

export const todayTexts = {
  title: "Today",

  // Counts
  pressesToday: "Presses today",
  thisWeek: "This week",
  thisMonth: "This month",
  moreThanUsual: (difference: string, usual: string) => `${difference} more than usual by now (${usual})`,
  fewerThanUsual: (difference: string, usual: string) => `${difference} fewer than usual by now (${usual})`,
  asUsual: (usual: string) => `As many as usual by now (${usual})`,
  missing: (duration: string) => `${duration} of today were not recorded`,
  noUsual: (weekday: string) => `What is usual is known after a whole ${weekday}`,
  lastWeekByNow: (count: string) => `${count} last week by this time`,
  lastMonthByNow: (count: string) => `${count} last month by this day and time`,
  nothingBefore: "Nothing before it to compare with yet",
  hours: "Presses by hour",
  chartToday: "Today",
  chartUsual: "Usual",
  chartNotRecorded: "Not recorded",
  usualHow: (weekday: string, count: number) => {
    const one = `Usual is what the last recorded ${weekday} had, hour by hour.`;
    const more = `Usual is the average of the last ${count} recorded ${weekday}s, hour by hour.`;
    const rest = "Hours that were not recorded whole are left out; the hour that goes on counts by its share.";
    return `${many(count, one, more)} ${rest}`;
  },
  hour: "Hour",
  hourHint: (hour: string, today: string, usual: string) => `${hour}: ${today} today, usually ${usual}`,
  notYet: "not yet",
  unknown: "not known",

  // Presses
  latest: "Latest presses",
  latestHint: "As they arrive, newest first.",
  openLog: "Open the log",
  noDeck: "No deck",

  // Decks
  decks: "Decks",
  noDecks: "No decks yet",
  noDecksHint: "Press keys that are made for a deck tell where a press came from, and whether the deck still works.",
  manageDecks: "Manage decks",
  deckState: {
    heard: "Heard",
    quiet: "Quiet",
    unreachable: "Unreachable",
    never: "Never heard",
    test: "Test mode",
  },
  lastHeard: "Last heard",
  neverHeard: "No press has come from it yet.",
  noKey: "It has no active press key, so nothing can come from it.",
  longSilent: "Nothing came from it for four weeks or more.",
  silentHours: (hours: number) =>
    many(
      hours,
      "Silent for 1 hour in which it is usually heard.",
      `Silent for ${hours} hours in which it is usually heard.`,
    ),
  testUntil: (until: string) => `Its presses do not count until ${until}.`,
  usualHours: "Usual hours",
  hourSpan: (start: string, end: string) => `${start}–${end}`,
  daySpan: (first: string, last: string) => `${first}–${last}`,

  // What needs attention
  attention: "Needs attention",
  allWell: "Nothing needs attention",
  allWellHint: "Decks, keys and buttons are as they should be.",
  deckIsQuiet: (name: string) => `${name} is quiet`,
  deckIsQuietHint: "Check that it is on, and that its keys still call the tracker.",
  deckInTest: (name: string) => `${name} is in test mode`,
  showDecks: "Show decks",
  notRecording: "Not recording",
  notRecordingNow: "Not recording now",
  notRecordingHint: "The server is not writing to its record. Presses of this time may be missing.",
  gap: (start: string, end: string, duration: string) => `From ${start} to ${end} (${duration}) nothing was recorded.`,
  shortGaps: (count: number, at: string) =>
    many(
      count,
      `For less than a minute at ${at} nothing was recorded.`,
      `${count} times for less than a minute nothing was recorded, last at ${at}.`,
    ),
  addMissed: "Add missed plays",
  unused: (count: number, shown: string, days: number) =>
    many(count, `1 button was not used for ${days} days`, `${shown} buttons were not used for ${days} days`),
  others: (count: number) => many(count, "1 other", `${count} others`),
  seeInsights: "See insights",
  oldAddress: (count: number) =>
    many(count, "1 key still calls an old address", `${count} keys still call an old address`),
  oldAddressHint: "Put the new press URL on the deck before the old address is gone.",
  seeKeys: "Show keys",
  ended: (count: number) => many(count, "1 button is past its last day", `${count} buttons are past their last day`),
  ending: (count: number) => many(count, "1 button ends within a week", `${count} buttons end within a week`),
  endsOn: (title: string, day: string) => `${title} (${day})`,
  seeButtons: "Show buttons",

  // The guide
  guide: "Your first press",
  guideHint: "Five steps from an empty record to a key that works. They are ticked off as they are done.",
  stepDone: "Done",
  stepMake: "Make a button",
  stepMakeHint: "Name one thing that you play or do. Each press of its key is recorded.",
  stepMade: (title: string) => `“${title}” is there.`,
  makeButton: "Make the button",
  forEditors: "An editor or owner of the station can do this.",
  stepCopy: "Copy its press URL",
  stepCopyHint: "It records a press of this button each time it is opened.",
  stepCopyLater: "Each button has a press URL of its own.",
  otherKeys: "More keys for this button",
  stepAction: "Put it on a key",
  stepActionHint: "In the Stream Deck app:",
  stepPress: "Press the key",
  stepPressHint: "On the Stream Deck, as you would on air.",
  onlyPreview: "The URL was opened as a link preview, which does not count. Press the key itself.",
  stepRecord: "The first press is on the record",
  waiting: "Waiting for the first press. This page will know.",
  waitingOffline:
    "There is no connection to the server at the moment. The press is not lost: it is shown once there is.",
  recorded: (title: string, at: string) => `“${title}”, ${at}. It will stay there.`,
  recordedAs: (status: string) => `It is kept as “${status}”, and does not count.`,
  goOn: "Go on to Today",
} as const;
