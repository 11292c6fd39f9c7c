import { useNavigate } from "@tanstack/react-router";
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from "react";
import type { ButtonPublic } from "@/client";
import { notify } from "@/lib/notify";
import { buttonsTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { useRetireButton } from "../queries/retire-button";

const ButtonDialog = lazy(async () => ({ default: (await import("./button-dialog")).ButtonDialog }));
const DuplicateDialog = lazy(async () => ({ default: (await import("./duplicate-dialog")).DuplicateDialog }));
const DeleteDialog = lazy(async () => ({ default: (await import("./delete-dialog")).DeleteDialog }));
const TestPressDialog = lazy(async () => ({ default: (await import("./test-press-dialog")).TestPressDialog }));
const KeysSheet = lazy(async () => ({ default: (await import("../keys/keys-sheet")).KeysSheet }));

type Opened =
  | { kind: "form"; button: ButtonPublic | null }
  | { kind: "duplicate" | "delete" | "test" | "keys"; button: ButtonPublic };

type Actions = {
  /** Null makes a new one. */
  openForm: (button: ButtonPublic | null) => void;
  openDuplicate: (button: ButtonPublic) => void;
  openDelete: (button: ButtonPublic) => void;
  openTestPress: (button: ButtonPublic, options?: { pressKey?: string }) => void;
  openKeys: (button: ButtonPublic) => void;
  setRetired: (button: ButtonPublic, options: { retire: boolean }) => void;
};

const ActionsContext = createContext<Actions | null>(null);

/** What one does with a button, from wherever it is shown below this. */
export function useButtonActions(): Actions {
  const actions = useContext(ActionsContext);
  if (actions === null) throw new Error("This needs ButtonActions above it.");
  return actions;
}

/** Keeps the dialogs of everything below it: one of each, and not one for each row. */
export function ButtonActions({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [pressKey, setPressKey] = useState<string | undefined>();
  const navigate = useNavigate();
  const { mutate } = useRetireButton({
    onDone: ({ button, retire }) =>
      notify.success(retire ? buttonsTexts.didRetire(button.title) : buttonsTexts.didUnretire(button.title), {
        action: { label: commonTexts.undo, onClick: () => mutate({ button, retire: !retire }) },
      }),
  });
  const actions = useMemo<Actions>(
    () => ({
      openForm: (button) => setOpened({ kind: "form", button }),
      openDuplicate: (button) => setOpened({ kind: "duplicate", button }),
      openDelete: (button) => setOpened({ kind: "delete", button }),
      openTestPress: (button, options) => {
        setPressKey(options?.pressKey);
        setOpened({ kind: "test", button });
      },
      openKeys: (button) => setOpened({ kind: "keys", button }),
      setRetired: (button, { retire }) => mutate({ button, retire }),
    }),
    [mutate],
  );
  // What was left while its answer was on its way does not close what was opened since, with what is typed in it.
  const close = () => setOpened((now) => (now === opened ? null : now));
  const open = (button: ButtonPublic) => void navigate({ to: "/buttons/$buttonId", params: { buttonId: button.id } });

  return (
    <ActionsContext value={actions}>
      {children}
      <Suspense fallback={null}>
        {opened?.kind === "form" && <ButtonDialog button={opened.button} onClose={close} onOpen={open} />}
        {opened?.kind === "duplicate" && <DuplicateDialog button={opened.button} onClose={close} onOpen={open} />}
        {opened?.kind === "delete" && <DeleteDialog button={opened.button} onClose={close} />}
        {opened?.kind === "test" && <TestPressDialog button={opened.button} pressKey={pressKey} onClose={close} />}
        {opened?.kind === "keys" && <KeysSheet button={opened.button} onClose={close} />}
      </Suspense>
    </ActionsContext>
  );
}
