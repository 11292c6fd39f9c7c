import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { messageOf, Problem } from "./problem";

/**
 * Shows what the server found wrong beside the fields that it names ("body.station.zone" is the field "station.zone"),
 * and what concerns no field of the form as the form's own error, `errors.root`.
 */
export function showProblem<Values extends FieldValues>(
  error: unknown,
  { setError, fields }: { setError: UseFormSetError<Values>; fields: readonly Path<Values>[] },
): void {
  const fieldErrors = error instanceof Problem ? error.errors : [];
  const rest: string[] = [];
  for (const { field, message } of fieldErrors) {
    const name = fields.find((known) => field === known || field.endsWith(`.${known}`));
    if (name !== undefined) setError(name, { type: "server", message: sentenceOf(message) }, { shouldFocus: true });
    else rest.push(message);
  }
  if (fieldErrors.length === 0 || rest.length > 0) setError("root", { type: "server", message: messageOf(error) });
}

/** What a program says of a value ("must lie in the future"), as a sentence. */
function sentenceOf(message: string): string {
  const plain = message.replace(/^value is not/, "is not").replace(/\.$/, "");
  return /^(must|should|is) /.test(plain) ? `This ${plain}.` : `${plain}.`;
}
