import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import {
  Copy,
  Download,
  Keyboard,
  LogOut,
  Monitor,
  MonitorSmartphone,
  Moon,
  Plus,
  RadioTower,
  Settings,
  SquarePlus,
  Sun,
  SunMoon,
} from "lucide-react";
import { useInstall } from "@/lib/install";
import { useUser } from "@/lib/session";
import { canEdit, stationsQuery, useMaybeStation } from "@/lib/station";
import { setTheme, useTheme } from "@/lib/theme";
import { deviceTexts } from "@/texts/device";
import { paletteTexts } from "@/texts/palette";
import { shellTexts } from "@/texts/shell";
import { entriesFor } from "../navigation";
import { useLeave } from "../use-leave";
import type { Choice } from "./choice";

const THEMES = [
  { theme: "light", label: shellTexts.light, icon: Sun },
  { theme: "dark", label: shellTexts.dark, icon: Moon },
  { theme: "system", label: shellTexts.system, icon: Monitor },
] as const;

/** Goes to an address within the dashboard. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  return (href) => void router.navigate({ href });
}

/** The screens that this user has. */
export function useScreenChoices(): Choice[] {
  const user = useUser();
  const go = useGo();
  const screens = entriesFor({ isSuperuser: user.is_superuser }).map(({ to, label, icon }) => ({ to, label, icon }));
  return [...screens, { to: "/settings", label: shellTexts.settings, icon: Settings }].map(({ to, label, icon }) => ({
    id: `screen:${to}`,
    label,
    icon,
    run: () => go(to),
  }));
}

/** What changes the record, for those who may. */
export function useEditChoices({ onCopy }: { onCopy: () => void }): Choice[] {
  const station = useMaybeStation();
  const go = useGo();
  if (station === null || !canEdit(station)) return [];
  return [
    {
      id: "copy",
      label: paletteTexts.copyUrl,
      words: paletteTexts.copyUrlWords,
      icon: Copy,
      run: onCopy,
      staysOpen: true,
    },
    {
      id: "add",
      label: paletteTexts.addMissed,
      words: paletteTexts.addMissedWords,
      icon: Plus,
      run: () => go("/log?add=true"),
    },
    {
      id: "make",
      label: paletteTexts.makeButton,
      words: paletteTexts.makeButtonWords,
      icon: SquarePlus,
      run: () => go("/buttons?create=true"),
    },
  ];
}

/** The user's other stations. */
export function useStationChoices(): Choice[] {
  const { data: stations = [] } = useQuery(stationsQuery());
  const shown = useMaybeStation();
  const navigate = useNavigate();
  return stations
    .filter(({ id }) => id !== shown?.id)
    .map(({ id, name }) => ({
      id: `station:${id}`,
      label: paletteTexts.switchTo(name),
      icon: RadioTower,
      run: () => navigate({ to: "/", search: { station: id } }),
    }));
}

/** What is about this browser and this login. */
export function useOwnChoices({ onShow }: { onShow: (dialog: "keys" | "device") => void }): Choice[] {
  const { theme: chosen } = useTheme();
  const install = useInstall();
  const leave = useLeave();
  const themes = THEMES.filter(({ theme }) => theme !== chosen).map(({ theme, label, icon }) => ({
    id: `theme:${theme}`,
    label: paletteTexts.theme(label),
    words: paletteTexts.themeWords,
    icon: theme === "system" ? SunMoon : icon,
    run: () => setTheme(theme),
  }));
  const installation = install && {
    id: "install",
    label: paletteTexts.install,
    words: paletteTexts.installWords,
    icon: Download,
    run: install,
  };
  return [
    ...themes,
    ...(installation ? [installation] : []),
    { id: "keys", label: paletteTexts.keys, words: paletteTexts.keysWords, icon: Keyboard, run: () => onShow("keys") },
    {
      id: "device",
      label: deviceTexts.title,
      words: paletteTexts.deviceWords,
      icon: MonitorSmartphone,
      run: () => onShow("device"),
    },
    { id: "leave", label: paletteTexts.logOut, words: paletteTexts.logOutWords, icon: LogOut, run: leave },
  ];
}
