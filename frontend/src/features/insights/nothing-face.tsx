import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChartNoAxesColumn, CircleOff } from "lucide-react";
import { EmptyFace } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { insightsTexts as texts } from "@/texts/insights";
import { summaryQuery } from "./queries/read-summary";
import { useInsights } from "./use-insights";

const FACE = "h-full justify-center";

/** In place of a chart without a press: none in these days, none ever, or nobody knows. */
export function NothingFace({ isDark }: { isDark: boolean }) {
  const { station } = useInsights();
  const { data } = useQuery(summaryQuery(station.id));
  if (data?.all_count === 0) {
    return (
      <EmptyFace
        icon={ChartNoAxesColumn}
        title={texts.neverAnything}
        description={texts.neverAnythingHint}
        className={FACE}
      >
        <Button asChild={true} variant="outline">
          <Link to="/">{texts.toToday}</Link>
        </Button>
      </EmptyFace>
    );
  }
  if (isDark) return <EmptyFace icon={CircleOff} title={texts.dark} description={texts.darkHint} className={FACE} />;
  return <EmptyFace icon={ChartNoAxesColumn} title={texts.nothing} description={texts.nothingHint} className={FACE} />;
}
