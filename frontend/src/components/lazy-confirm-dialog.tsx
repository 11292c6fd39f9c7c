import { type ComponentProps, lazy, Suspense, useState } from "react";

const ConfirmDialog = lazy(async () => ({ default: (await import("./confirm-dialog")).ConfirmDialog }));

/** The same question, fetched when it is asked for the first time. */
export function LazyConfirmDialog(props: ComponentProps<typeof ConfirmDialog>) {
  const [wasAsked, setWasAsked] = useState(false);
  if (props.isOpen && !wasAsked) setWasAsked(true);
  return (
    wasAsked && (
      <Suspense fallback={null}>
        <ConfirmDialog {...props} />
      </Suspense>
    )
  );
}
