/** What screens call the types that the API suggests. A station's own types are called as it writes them. */
export const typeTexts: Readonly<Record<string, string>> = {
  psa: "PSA",
  station_id: "Station ID",
  sound_effect: "Sound effect",
  promo: "Promo",
  underwriting: "Underwriting",
  music: "Music",
  other: "Other",
};
