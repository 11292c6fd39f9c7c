import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ButtonPublic, PressKeyPublic, RecordedPress } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { PressStatusBadge } from "@/components/press-status";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { NativeSelect } from "@/components/ui/native-select";
import { Skeleton } from "@/components/ui/skeleton";
import { decksQuery } from "@/lib/decks";
import { formatNumber, formatTimeWithZone } from "@/lib/format";
import { messageOf } from "@/lib/problem";
import { useStation } from "@/lib/station";
import { useVoidRecorded } from "@/lib/void-recorded";
import { keysTexts, testPressTexts as texts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { pressKeysQuery } from "../queries/list-press-keys";
import { useTestPress } from "../queries/test-press";

/** Presses a button from here, says how that was recorded, and takes it out of the counts again. */
export function TestPressDialog({
  button,
  pressKey,
  onClose,
}: {
  button: ButtonPublic;
  /** The key to begin with; by default the one that the button's press URL shows. */
  pressKey: string | undefined;
  onClose: () => void;
}) {
  const { data, error } = useQuery(pressKeysQuery(button.station_id, button.id, { isWithRevoked: false }));
  // An imported address is no secret and has no key of its own to call.
  const keys = data?.data.filter((key) => !key.is_imported_address);
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{texts.title(button.title)}</DialogTitle>
          <DialogDescription>{button.retired_at === null ? texts.countsHint : texts.retiredHint}</DialogDescription>
        </DialogHeader>
        {error !== null ? (
          <FormError message={messageOf(error)} />
        ) : keys === undefined ? (
          <Skeleton className="h-28 w-full" />
        ) : (
          <TestPress button={button} keys={keys} wanted={pressKey} onClose={onClose} />
        )}
      </DialogContent>
    </Dialog>
  );
}

/** The key to begin with: the one that was asked for, else the newest that belongs to no deck, else the newest. */
const firstKey = (keys: readonly PressKeyPublic[], wanted: string | undefined) =>
  keys.find(({ key }) => key === wanted) ?? keys.find(({ deck }) => deck === null) ?? keys[0];

function TestPress({
  button,
  keys,
  wanted,
  onClose,
}: {
  button: ButtonPublic;
  keys: readonly PressKeyPublic[];
  wanted: string | undefined;
  onClose: () => void;
}) {
  const [keyId, setKeyId] = useState(() => firstKey(keys, wanted)?.id);
  const press = useTestPress(button.station_id);
  const annul = useVoidRecorded(button.station_id, { reason: texts.voidReason, showsItsErrors: true });
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) return <Alert>{texts.noKey}</Alert>;

  const recorded = press.data;
  const isVoid = annul.isSuccess && annul.data.id === recorded?.press_id;
  const isVoidable = recorded?.status === "counted" && !isVoid;
  const error = press.error ?? annul.error;
  return (
    <>
      <FormField label={texts.key}>
        {({ id }) => (
          <NativeSelect
            id={id}
            value={key.id}
            onChange={(event) => setKeyId(event.target.value)}
            className="h-10 w-full"
          >
            {keys.map((one) => (
              <option key={one.id} value={one.id}>
                {texts.keyOption(one.deck?.name ?? keysTexts.noDeck, one.key)}
              </option>
            ))}
          </NativeSelect>
        )}
      </FormField>
      <TestModeHint pressKey={key} />
      <div role="status">{recorded && <Result recorded={recorded} isVoid={isVoid} />}</div>
      <FormError message={error === null ? undefined : messageOf(error)} />
      <DialogFooter>
        <Button variant="outline" onClick={onClose}>
          {commonTexts.close}
        </Button>
        {isVoidable && (
          <Button variant="outline" disabled={annul.isPending} onClick={() => annul.mutate(recorded.press_id)}>
            {texts.void}
          </Button>
        )}
        <Button
          disabled={press.isPending}
          onClick={() => {
            annul.reset();
            press.mutate(key.key);
          }}
        >
          {recorded ? texts.pressAgain : texts.press}
        </Button>
      </DialogFooter>
    </>
  );
}

function TestModeHint({ pressKey }: { pressKey: PressKeyPublic }) {
  const station = useStation();
  const { data: decks } = useQuery(decksQuery(station.id));
  const deck = decks?.find(({ id }) => id === pressKey.deck?.id);
  if (deck === undefined || !deck.is_in_test_mode) return null;
  return <Alert variant="info">{texts.testModeHint(deck.name)}</Alert>;
}

function Result({ recorded, isVoid }: { recorded: RecordedPress; isVoid: boolean }) {
  const { zone } = useStation();
  const status = isVoid ? "void" : recorded.status;
  const count = recorded.button.usage_count - (isVoid ? 1 : 0);
  return (
    <Alert className="flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-2">
        <PressStatusBadge status={status} />
        {texts.explained[status]}
      </p>
      <p className="text-muted-foreground">
        {texts.recordedAt(formatTimeWithZone(recorded.pressed_at, zone), formatNumber(count))}
      </p>
    </Alert>
  );
}
