import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import { DevicePanel } from "@/components/device-panel";
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
            <label
              key={choice.theme}
              className="flex cursor-pointer items-start gap-3 rounded-md border border-input px-3 py-2.5 has-checked:border-primary has-checked:bg-accent has-focus-visible:ring-2 has-focus-visible:ring-ring"
            >
              <input
                type="radio"
                name="theme"
                value={choice.theme}
                checked={theme === choice.theme}
                onChange={() => setTheme(choice.theme)}
                className="mt-1 size-4 accent-primary outline-none"
              />
              <span className="flex min-w-0 flex-1 flex-col">
                <span className="flex items-center justify-between gap-2 text-sm font-medium">
                  {choice.label}
                  <choice.icon className="size-4 text-muted-foreground" aria-hidden="true" />
                </span>
                <span className="text-sm text-muted-foreground">{choice.hint}</span>
              </span>
            </label>
          ))}
        </div>
      </Card>
      <DevicePanel />
    </div>
  );
}
