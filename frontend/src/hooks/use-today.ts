import { useEffect, useState } from "react";
import { dayOf } from "@/lib/format";

/** The calendar day in a zone, as "2026-11-26", which changes at its midnight while the page stays open. */
export function useToday(zone: string): string {
  const [day, setDay] = useState(() => dayOf(new Date(), zone));
  useEffect(() => {
    const look = () => setDay(dayOf(new Date(), zone));
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [zone]);
  return day;
}
