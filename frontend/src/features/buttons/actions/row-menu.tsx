import { EllipsisVertical } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ButtonPublic } from "@/client";

const RowMenuItself = lazy(async () => ({ default: (await import("./row-menu-itself")).RowMenuItself }));

/** Everything that can be done with a button. The dots stand at once; what opens with them comes after the list. */
export function RowMenu({ button }: { button: ButtonPublic }) {
  return (
    <Suspense fallback={<Dots />}>
      <RowMenuItself button={button} />
    </Suspense>
  );
}

function Dots() {
  return (
    <span aria-hidden="true" className="inline-grid size-9 place-content-center">
      <EllipsisVertical className="size-4" />
    </span>
  );
}
