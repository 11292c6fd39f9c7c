// Some write a comma before tenths, and others one after thousands: "3,600" must not become 3.6.
const PERHAPS_THOUSANDS = /,\d{3}$/;

/** The number that somebody typed, with a point or a comma; NaN where it is none, or may be one of two. */
export function typedNumber(typed: string): number {
  const text = typed.trim();
  return text === "" || PERHAPS_THOUSANDS.test(text) ? Number.NaN : Number(text.replace(",", "."));
}
