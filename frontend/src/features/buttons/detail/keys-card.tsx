import { lazy, Suspense } from "react";
import type { ButtonPublic } from "@/client";
import { RowsSkeleton } from "@/components/faces";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { keysTexts } from "@/texts/buttons";

// Menus and questions, which nobody needs for a first look.
const KeysPanel = lazy(async () => ({ default: (await import("../keys/keys-panel")).KeysPanel }));

export function KeysCard({ button }: { button: ButtonPublic }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>{keysTexts.title}</CardTitle>
        <CardDescription>{keysTexts.hint}</CardDescription>
      </CardHeader>
      <Suspense fallback={<RowsSkeleton rows={2} rowClassName="h-24" />}>
        <KeysPanel button={button} />
      </Suspense>
    </Card>
  );
}
