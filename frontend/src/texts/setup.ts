import type { Purpose } from "@/client";

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
  title: "Title",
  titleRequired: "Enter a title.",
  titleHint: (example: string) => `For example “${example}”.`,
  type: "Type",
  makeKey: "Make the key",
  examples: {
    radio: { title: "Buckle up", type: "psa" },
    stream: { title: "Hug", type: "sound_effect" },
    desk: { title: "Shift handed over", type: "other" },
    research: { title: "Left the nest", type: "other" },
  } satisfies Record<Purpose, { title: string; type: string }>,

  deckTitle: "Put it on your Stream Deck",
  deckHint: (title: string) => `This address records a press of “${title}” each time it is opened.`,
  pressUrl: "Press URL",
  pressUrlHint: "Whoever has it can record presses, and nothing else.",
  loopback: "This address works on this computer only. For a Stream Deck on another one, start the server with",
  loopbackOption: "--host 0.0.0.0",
  loopbackAsIn: ", as in",
  loopbackCommand: "scripts/start.sh --host 0.0.0.0",
  inTheApp: "In the Stream Deck app",
  // What stands in ** is a name that the app itself shows.
  appSteps: [
    "Drag a **Multi Action** onto a key.",
    "Add your sound: **Soundboard**, then **Play Audio**.",
    "Add **Website** (under **System**) after it.",
    "Paste the URL and tick **GET request in background**.",
    "Press the key.",
  ],
  waiting: "Waiting for the first press…",
  waitingMore: "This page shows it as soon as it is recorded.",
  ignored: "The address was opened by a link preview, which does not count. Press the key.",
  recorded: (time: string) => `First press recorded at ${time}`,
  works: "Your key works.",
  presses: (count: string) => `${count} presses so far.`,
  dedup: (seconds: string) => `Presses less than ${seconds} seconds apart count once.`,
  end: ".",
  another: "Make another key",
  later: "Do this later",
} as const;
