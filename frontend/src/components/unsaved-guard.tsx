import { useBlocker } from "@tanstack/react-router";
import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { LazyConfirmDialog } from "@/components/lazy-confirm-dialog";
import { commonTexts } from "@/texts/common";

/** Asks before a form with changes is left for another tab or screen of this page; a logout is not held up. */
export function UnsavedGuard<Values extends FieldValues>({ form }: { form: UseFormReturn<Values> }) {
  const { isDirty, dirtyFields } = form.formState;
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ next }) => isDirty && next.routeId !== "/login",
    // The question of a browser would also stand between a page and the session that ended in another tab.
    enableBeforeUnload: false,
    withResolver: true,
  });
  // A tab is shown as soon as it has the focus: back there, it would ask again at once.
  const goOnTyping = (event: Event) => {
    const [field] = Object.keys(dirtyFields) as Path<Values>[];
    if (field === undefined) return;
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
      onConfirm={async () => proceed?.()}
    />
  );
}
