/** The first start: from the link that the server printed to the first press. */
export const setupTexts = {
  step: (number: number) => `Step ${number} of 3`,
  loading: "Set-up",
  unreachable: "The server does not answer",
  unreachableHint: "It may still be starting.",

  noToken: "Open the set-up link",
  noTokenHint: (ending: string) =>
    `When the server started, it printed a link that ends in ${ending} and a long code. Open the whole of that link: the code shows that this server is yours to set up.`,
  linkEnding: "/setup#",

  done: "Set-up has been done",
  strangerHint: "Log in to make a key. If you have no account, ask whoever runs this server to make one for you.",
  viewerHint: "You may not make keys in any station. Ask an owner of your station to make you an editor.",

  accountTitle: "Set up your tracker",
  accountHint: "It needs an account for you, and a station that the log belongs to.",
  yourAccount: "Your account",
  yourStation: "Your station",
  stationNameHint: "A call sign, a channel, a team or a project.",
  purpose: "What it is",
  timeThere: (time: string) => `It is ${time} there now. Days begin and end by this clock.`,
  setUp: "Create account and station",

  keyTitle: "Make your first key",
  keyTitleAgain: "Make a key",
  keyHint: (station: string) => `Name one thing that you play or do at ${station}. Each press of its key is recorded.`,
  makeKey: "Make the key",

  deckTitle: "Put it on your Stream Deck",
  deckHint: (title: string) => `This address records a press of “${title}” each time it is opened.`,
  inTheApp: "In the Stream Deck app",
  pressIt: "Press the key.",
  waiting: "Waiting for the first press…",
  waitingMore: "This page shows it as soon as it is recorded.",
  ignored: "The address was opened by a link preview, which does not count. Press the key.",
  recorded: (time: string) => `First press recorded at ${time}`,
  works: "Your key works.",
  presses: (count: string) => `${count} presses so far.`,
  dedup: (seconds: string) => `Presses less than ${seconds} seconds apart count once.`,
  another: "Make another key",
  later: "Do this later",
} as const;
