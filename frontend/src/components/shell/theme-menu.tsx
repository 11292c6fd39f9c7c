import { Check, Monitor, Moon, Sun } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { setTheme, type Theme, useTheme } from "@/lib/theme";
import { shellTexts } from "@/texts/shell";

const CHOICES: readonly { theme: Theme; label: string; icon: typeof Sun; testId: string }[] = [
  { theme: "light", label: shellTexts.light, icon: Sun, testId: "light-mode" },
  { theme: "dark", label: shellTexts.dark, icon: Moon, testId: "dark-mode" },
  { theme: "system", label: shellTexts.system, icon: Monitor, testId: "system-mode" },
];

/** Chooses between light, dark and what the system has. */
export function ThemeMenu() {
  const { theme, resolvedTheme } = useTheme();
  const Icon = resolvedTheme === "dark" ? Moon : Sun;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="ghost" size="icon" aria-label={shellTexts.theme} data-testid="theme-button">
          <Icon aria-hidden="true" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {CHOICES.map((choice) => (
          <DropdownMenuItem key={choice.theme} data-testid={choice.testId} onSelect={() => setTheme(choice.theme)}>
            <choice.icon aria-hidden="true" />
            {choice.label}
            {theme === choice.theme && <Check className="ml-auto" aria-hidden="true" />}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
