import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import { DevicePanel } from "@/components/device-panel";
import { RadioCard } from "@/components/radio-card";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { setTheme, type Theme, useTheme } from "@/lib/theme";
import { settingsTexts } from "@/texts/settings";
import { shellTexts } from "@/texts/shell";

const CHOICES: readonly { theme: Theme; label: string; hint: string; icon: typeof Sun }[] = [
  { theme: "light", label: shellTexts.light, hint: settingsTexts.lightHint, icon: Sun },
  { theme: "dark", label: shellTexts.dark, hint: settingsTexts.darkHint, icon: Moon },
  { theme: "system", label: shellTexts.system, hint: settingsTexts.systemHint, icon: Monitor },
];

/** Light, dark or what the device has. It counts at once. And what this browser can do. */
export function AppearanceTab() {
  const { theme } = useTheme();
  const titleId = useId();
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <CardHeader className="flex-col">
          <CardTitle id={titleId}>{settingsTexts.appearanceTitle}</CardTitle>
          <CardDescription>{settingsTexts.appearanceHint}</CardDescription>
        </CardHeader>
        <div role="radiogroup" aria-labelledby={titleId} className="grid grid-cols-1 gap-2 sm:grid-cols-3">
          {CHOICES.map((choice) => (
            <RadioCard
              key={choice.theme}
              name="theme"
              value={choice.theme}
              checked={theme === choice.theme}
              onChange={() => setTheme(choice.theme)}
              label={choice.label}
              hint={choice.hint}
              icon={choice.icon}
            />
          ))}
        </div>
      </Card>
      <DevicePanel />
    </div>
  );
}
