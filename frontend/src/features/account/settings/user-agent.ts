// The first that fits counts: most browsers also call themselves by the names of the others.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

const nameIn = (names: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  names.find(([pattern]) => pattern.test(text))?.[1];

/** What a `User-Agent` header tells a person: a browser and its system, or else the name of a program. */
export function readUserAgent(userAgent: string): { program: string; system: string | undefined } {
  const browser = nameIn(BROWSERS, userAgent);
  // "curl/8.5.0" is a name as it stands; of a browser only the fact is wanted, and not which of its versions.
  const program = browser ?? userAgent.split(" ")[0] ?? userAgent;
  return { program, system: nameIn(SYSTEMS, userAgent) };
}
