import type { ReactNode } from "react";
import { CopyButton } from "@/components/copy-button";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { commonTexts } from "@/texts/common";

/** A text that is there to be copied whole: a press URL, a token. */
export function CopyField({
  label,
  hint,
  text,
  testId,
}: {
  label: string;
  hint?: ReactNode;
  text: string;
  testId: string;
}) {
  return (
    <FormField label={label} hint={hint}>
      {(props) => (
        <div className="flex flex-wrap gap-2">
          <Input
            {...props}
            data-testid={testId}
            className="min-w-0 flex-1 basis-44 font-mono md:text-sm"
            value={text}
            readOnly={true}
            spellCheck={false}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={text} label={commonTexts.copy} size="default">
            {commonTexts.copy}
          </CopyButton>
        </div>
      )}
    </FormField>
  );
}
