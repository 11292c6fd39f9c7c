import { FlaskConical, Pencil } from "lucide-react";
import type { ButtonPublic } from "@/client";
import { CopyButton } from "@/components/copy-button";
import { Button } from "@/components/ui/button";
import { buttonTexts } from "@/texts/buttons";
import { useButtonActions } from "../actions/button-actions";
import { RowMenu } from "../actions/row-menu";

export function HeaderActions({ button }: { button: ButtonPublic }) {
  const { openForm, openTestPress } = useButtonActions();
  return (
    <>
      {button.press_url !== null && (
        <CopyButton text={button.press_url} label={buttonTexts.copyUrl} className="h-9">
          {buttonTexts.copyUrl}
        </CopyButton>
      )}
      <Button variant="outline" className="h-9 px-3" onClick={() => openTestPress(button)}>
        <FlaskConical aria-hidden="true" />
        {buttonTexts.testPress}
      </Button>
      <Button variant="outline" className="h-9 px-3" onClick={() => openForm(button)}>
        <Pencil aria-hidden="true" />
        {buttonTexts.edit}
      </Button>
      <RowMenu button={button} />
    </>
  );
}
