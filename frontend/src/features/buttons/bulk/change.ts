import {
  type ButtonPublic,
  type ButtonUpdate,
  buttonsPatchButton,
  buttonsReadButton,
  buttonsRetireButton,
} from "@/client";

/** What is done to each of the selected buttons. */
export type BulkChange =
  | { kind: "type"; type: string }
  | { kind: "add-tag"; tag: string }
  | { kind: "remove-tag"; tag: string }
  | { kind: "color"; color: string | null }
  | { kind: "retire" }
  | { kind: "unretire" };

/** A button as it was before a change, which is what undoing needs. */
export type Changed = { before: ButtonPublic; change: BulkChange };

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function updateOf(button: ButtonPublic, change: BulkChange): ButtonUpdate | null {
  switch (change.kind) {
    case "type":
      return button.type === change.type ? null : { type: change.type };
    case "color":
      return button.color === change.color ? null : { color: change.color };
    case "add-tag":
      return button.tags.some((tag) => isSame(tag, change.tag)) ? null : { tags: [...button.tags, change.tag] };
    case "remove-tag": {
      const tags = button.tags.filter((tag) => !isSame(tag, change.tag));
      return tags.length === button.tags.length ? null : { tags };
    }
    default:
      return null;
  }
}

/** Changes one button, from what it is now and not from what the list showed. Null where there is nothing to change. */
export async function changeButton(buttonId: string, stationId: string, change: BulkChange): Promise<Changed | null> {
  const address = { path: { button_id: buttonId }, query: { station_id: stationId } };
  const before = await buttonsReadButton(address);
  if (change.kind === "retire" || change.kind === "unretire") {
    const retire = change.kind === "retire";
    if (retire === (before.retired_at !== null)) return null;
    await buttonsRetireButton({ ...address, body: { retire } });
    return { before, change };
  }
  const update = updateOf(before, change);
  if (update === null) return null;
  await buttonsPatchButton({ ...address, body: update });
  return { before, change };
}

/** Takes one change back. What was changed otherwise meanwhile stays. */
export async function takeBack({ before, change }: Changed): Promise<void> {
  const address = { path: { button_id: before.id }, query: { station_id: before.station_id } };
  switch (change.kind) {
    case "retire":
    case "unretire":
      await buttonsRetireButton({ ...address, body: { retire: change.kind === "unretire" } });
      return;
    case "type":
      await buttonsPatchButton({ ...address, body: { type: before.type } });
      return;
    case "color":
      await buttonsPatchButton({ ...address, body: { color: before.color } });
      return;
    case "add-tag":
      await changeButton(before.id, before.station_id, { kind: "remove-tag", tag: change.tag });
      return;
    case "remove-tag":
      await buttonsPatchButton({ ...address, body: { tags: before.tags } });
  }
}
