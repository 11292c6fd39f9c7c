import { typeTexts } from "@/texts/types";

/** The types that the API suggests, to choose from. */
export const SUGGESTED_TYPES: readonly string[] = Object.keys(typeTexts);

const names = new Map(Object.entries(typeTexts));

/** What people read of a type: "Sound effect" for sound_effect; of a station's own type what it wrote. */
export const typeName = (type: string): string => names.get(type.toLowerCase()) ?? type;

/** The type that was meant by what somebody typed: its name, or the type itself. */
export function typeOf(typed: string): string {
  const wanted = typed.trim();
  const isNamed = (type: string) => typeName(type).toLowerCase() === wanted.toLowerCase();
  return SUGGESTED_TYPES.find(isNamed) ?? wanted;
}
