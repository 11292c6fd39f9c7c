/** What a station is described by, wherever one is made or changed. */
export const stationFieldTexts = {
  name: "Name",
  nameRequired: "A station needs a name",
  purpose: "Purpose",
  zone: "Time zone",
  zoneRequired: "Choose a time zone.",
  callSign: "Call sign",
} as const;
