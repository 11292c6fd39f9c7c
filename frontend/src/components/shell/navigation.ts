import { ChartColumn, Grid3x3, type LucideIcon, RadioTower, ScrollText, ShieldCheck, Sun } from "lucide-react";
import { shellTexts } from "@/texts/shell";

export type NavigationEntry = {
  to: "/" | "/buttons" | "/log" | "/insights" | "/station" | "/admin";
  label: string;
  icon: LucideIcon;
  isForSuperusers?: boolean;
};

/** The screens that the frame leads to, in the order in which it shows them. */
const NAVIGATION: readonly NavigationEntry[] = [
  { to: "/", label: shellTexts.today, icon: Sun },
  { to: "/buttons", label: shellTexts.buttons, icon: Grid3x3 },
  { to: "/log", label: shellTexts.log, icon: ScrollText },
  { to: "/insights", label: shellTexts.insights, icon: ChartColumn },
  { to: "/station", label: shellTexts.station, icon: RadioTower },
  { to: "/admin", label: shellTexts.admin, icon: ShieldCheck, isForSuperusers: true },
];

/** What `g` goes to with a second key. */
export const GO_KEYS: Record<NavigationEntry["to"], string> = {
  "/": "t",
  "/buttons": "b",
  "/log": "l",
  "/insights": "i",
  "/station": "s",
  "/admin": "a",
};

export const entriesFor = ({ isSuperuser }: { isSuperuser: boolean }): readonly NavigationEntry[] =>
  NAVIGATION.filter((entry) => isSuperuser || !entry.isForSuperusers);
