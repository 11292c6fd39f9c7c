import { TextField, type TextFieldProps } from "@/components/text-field";
import { buttonFieldTexts } from "@/texts/button-fields";

const MAX_TITLE_LENGTH = 200;

export function ButtonTitleField(field: TextFieldProps) {
  return <TextField label={buttonFieldTexts.title} data-testid="title-input" maxLength={MAX_TITLE_LENGTH} {...field} />;
}
