import type { ButtonPublic, StationPublic } from "@/client";
import { FirstKeyForm } from "@/components/first-key/first-key-form";
import { PublicPage } from "@/components/public-page";
import { setupTexts } from "@/texts/setup";

/** Names what is pressed. */
export function KeyStep({
  station,
  isFirst,
  onMade,
}: {
  station: StationPublic;
  isFirst: boolean;
  onMade: (button: ButtonPublic) => void;
}) {
  return (
    <PublicPage
      title={isFirst ? setupTexts.keyTitle : setupTexts.keyTitleAgain}
      eyebrow={isFirst && setupTexts.step(2)}
      description={setupTexts.keyHint(station.name)}
      isWide={true}
    >
      <FirstKeyForm station={station} submitLabel={setupTexts.makeKey} submitSize="lg" onMade={onMade} />
    </PublicPage>
  );
}
