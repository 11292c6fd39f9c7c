import { useNavigate, useSearch } from "@tanstack/react-router";
import { Clock } from "lucide-react";
import { Button } from "@/components/ui/button";
import { logTexts } from "@/texts/log";

/** Shows beside each press when it was received; in the address, so that a link and a print have it too. */
export function ClocksToggle() {
  const { clocks } = useSearch({ from: "/_app/_station/log" });
  const navigate = useNavigate({ from: "/log" });
  const isOn = clocks === "both";
  const toggle = () =>
    void navigate({
      search: (search) => ({ ...search, clocks: isOn ? undefined : ("both" as const) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Button
      variant="outline"
      aria-pressed={isOn}
      title={logTexts.clocksHint}
      className="aria-pressed:border-primary aria-pressed:bg-accent aria-pressed:text-accent-foreground"
      onClick={toggle}
    >
      {/* On a phone three of them in a row have no room for it. */}
      <Clock className="max-sm:hidden" aria-hidden="true" />
      {logTexts.clocks}
    </Button>
  );
}
