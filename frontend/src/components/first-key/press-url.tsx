import { Info } from "lucide-react";
import { CopyField } from "@/components/copy-field";
import { Alert } from "@/components/ui/alert";
import { isLoopback } from "@/lib/loopback";
import { firstKeyTexts } from "@/texts/first-key";

/** The press URL of a key that is to be put on a deck, which may stand beside another computer than this one. */
export function PressUrl({ url }: { url: string }) {
  return (
    <div className="flex flex-col gap-3">
      <CopyField label={firstKeyTexts.pressUrl} hint={firstKeyTexts.pressUrlHint} text={url} testId="press-url" />
      {isLoopback(url) && (
        <Alert data-testid="loopback">
          <Info aria-hidden="true" />
          <p className="min-w-0">
            {firstKeyTexts.loopback} <code className="whitespace-nowrap">{firstKeyTexts.loopbackOption}</code>
            {firstKeyTexts.loopbackAsIn} <code>{firstKeyTexts.loopbackCommand}</code>
            {firstKeyTexts.end}
          </p>
        </Alert>
      )}
    </div>
  );
}
