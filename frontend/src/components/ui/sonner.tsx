import { lazy, useEffect, useState } from "react";
import { Part } from "@/components/shell/part";
import { onFirstNotice } from "@/lib/notify";
import { useTheme } from "@/lib/theme";

const Sonner = lazy(async () => ({ default: (await import("sonner")).Toaster }));

/** Where `notify` shows its words. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  const [isWanted, setWanted] = useState(false);
  useEffect(() => onFirstNotice(() => setWanted(true)), []);
  return (
    isWanted && (
      <Part>
        <Sonner theme={resolvedTheme} position="bottom-right" closeButton={true} />
      </Part>
    )
  );
}
