export type ServerEvent = { name: string; id: string; data: string };

// Our own server ends each line with a line feed, and each event with two.
const END_OF_EVENT = "\n\n";

/**
 * Reads server-sent events until the stream ends, which is no error. `onSign` is called for whatever comes, comments
 * that only keep the connection alive included.
 *
 * Not by EventSource: it tells neither why a stream was refused nor that a comment came, so a login that has ended would
 * look like a broken network, and a connection that died in silence like one in good health.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  { onEvent, onSign }: { onEvent: (event: ServerEvent) => void; onSign: () => void },
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let unread = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onSign();
    const blocks = (unread + decoder.decode(value, { stream: true })).split(END_OF_EVENT);
    unread = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== null) onEvent(event);
    }
  }
}

function parseEvent(block: string): ServerEvent | null {
  const event = { name: "", id: "", data: "" };
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data += value;
  }
  return event.name === "" ? null : event;
}
