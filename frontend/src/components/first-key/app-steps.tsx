import { Fragment } from "react";
import { firstKeyTexts } from "@/texts/first-key";

/** How a press URL comes onto a key, in the Stream Deck app, and what is done last. */
export function AppSteps({ last }: { last?: string }) {
  return (
    <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm marker:text-muted-foreground">
      {[...firstKeyTexts.appSteps, ...(last === undefined ? [] : [last])].map((step) => (
        <li key={step} className="text-pretty">
          <AppStep step={step} />
        </li>
      ))}
    </ol>
  );
}

/** A sentence in which the names that the app shows are bold. */
function AppStep({ step }: { step: string }) {
  return step.split("**").map((part, index) => {
    // Every other part stood between the marks.
    const key = `${index}-${part}`;
    return index % 2 === 1 ? (
      <b key={key} className="font-semibold">
        {part}
      </b>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}
