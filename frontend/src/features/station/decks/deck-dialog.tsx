import { useForm } from "react-hook-form";
import type { DeckPublic } from "@/client";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { decksTexts } from "@/texts/station";
import { useCreateDeck } from "../queries/create-deck";
import { useRenameDeck } from "../queries/rename-deck";

/** Names a new deck, or one that is there anew. */
export function DeckDialog({ deck, onClose }: { deck: DeckPublic | null; onClose: () => void }) {
  const station = useStation();
  const { mutateAsync: create } = useCreateDeck(station.id);
  const { mutateAsync: rename } = useRenameDeck(station.id);
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { name: deck?.name ?? "" } });

  const submit = handleSubmit(async ({ name }) => {
    try {
      if (deck === null) notify.success(decksTexts.added((await create(name)).name));
      else notify.success(decksTexts.renamed((await rename({ deckId: deck.id, name })).name));
      onClose();
    } catch (error) {
      showProblem(error, { setError, fields: ["name"] });
    }
  });

  return (
    <FormDialog
      title={deck === null ? decksTexts.addTitle : decksTexts.renameTitle}
      description={deck === null ? decksTexts.addHint : decksTexts.renameHint}
      submitLabel={deck === null ? decksTexts.add : decksTexts.rename}
      error={formState.errors.root?.message}
      isSubmitting={formState.isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <FormField label={decksTexts.name} error={formState.errors.name?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("name", { validate: (name) => name.trim() !== "" || decksTexts.nameRequired })}
            placeholder={decksTexts.namePlaceholder}
            maxLength={200}
            autoComplete="off"
          />
        )}
      </FormField>
    </FormDialog>
  );
}
