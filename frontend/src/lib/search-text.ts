import { z } from "zod/mini";

/** A text of an address, cut where the server would refuse it. One that looks like a number or a yes comes as one. */
export const searchText = (maxLength: number) =>
  z.catch(
    z.optional(
      z.pipe(
        z.union([z.string(), z.number(), z.boolean()]),
        z.transform((value) => String(value).slice(0, maxLength) || undefined),
      ),
    ),
    undefined,
  );
