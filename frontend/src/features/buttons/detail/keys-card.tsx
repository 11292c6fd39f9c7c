import type { ButtonPublic } from "@/client";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { keysTexts } from "@/texts/buttons";
import { KeysPanel } from "../keys/keys-panel";

export function KeysCard({ button }: { button: ButtonPublic }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>{keysTexts.title}</CardTitle>
        <CardDescription>{keysTexts.hint}</CardDescription>
      </CardHeader>
      <KeysPanel button={button} />
    </Card>
  );
}
