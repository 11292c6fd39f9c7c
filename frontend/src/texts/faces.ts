/** What stands in place of a screen. */
export const faceTexts = {
  notFound: "There is no such page",
  notFoundHint: "The address may be mistyped, or what it led to is gone.",
  goToday: "Go to Today",
  crashed: "This screen could not be shown",
  reload: "Reload",
  oldVersion: "There is a new version",
  oldVersionHint: "The server was updated since this page was opened. Reload it to go on.",
  serverAway: "The server does not answer",
  serverAwayHint:
    "Check that it runs, and your network. This page looks again every few seconds and goes on by itself. Presses that reach the server meanwhile are recorded.",
  noNetwork: "This device has no network",
  noNetworkHint:
    "The dashboard is here, but what it shows is on the server. It goes on by itself as soon as the network is back. Presses that reach the server meanwhile are recorded.",
  tryNow: "Try now",
  noStation: "You are not a member of any station",
  noStationHint: "Ask the owner of a station to invite you.",
} as const;
