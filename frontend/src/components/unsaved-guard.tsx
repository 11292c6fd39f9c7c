import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { LazyConfirmDialog } from "@/components/lazy-confirm-dialog";
import { isSomebodyHere } from "@/lib/session";
import { commonTexts } from "@/texts/common";

type Place = { pathname: string; search: unknown };

const isSame = (one: Place, other: Place): boolean =>
  one.pathname === other.pathname && JSON.stringify(one.search) === JSON.stringify(other.search);

/**
 * Asks before a form with changes is left, for another tab or screen of this page, or with the page. A logout is not held
 * up.
 */
export function UnsavedGuard<Values extends FieldValues>({ form }: { form: UseFormReturn<Values> }) {
  const { isDirty, dirtyFields } = form.formState;
  const isLeft = useRef(false);
  const isUnsaved = () => isDirty && !isLeft.current && isSomebodyHere();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved() && !isSame(current, next),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });

  // What is saved while it is asked, or gone with its form, holds nobody up.
  useEffect(() => {
    if (!isDirty) proceed?.();
  }, [isDirty, proceed]);
  const leave = useRef(proceed);
  useEffect(() => {
    leave.current = proceed;
  }, [proceed]);
  useEffect(() => () => leave.current?.(), []);

  // A tab is shown as soon as it has the focus: back there, it would ask again at once.
  const goOnTyping = (event: Event) => {
    const [field] = Object.keys(dirtyFields) as Path<Values>[];
    if (isLeft.current || field === undefined) return;
    event.preventDefault();
    form.setFocus(field);
  };
  return (
    <LazyConfirmDialog
      isOpen={status === "blocked"}
      onOpenChange={(isOpen) => !isOpen && reset?.()}
      onCloseAutoFocus={goOnTyping}
      title={commonTexts.unsaved}
      description={commonTexts.unsavedHint}
      cancelLabel={commonTexts.keepEditing}
      confirmLabel={commonTexts.leaveUnsaved}
      onConfirm={async () => {
        isLeft.current = true;
        proceed?.();
      }}
    />
  );
}
