import { X } from "lucide-react";
import type { Action } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { NativeSelect } from "@/components/ui/native-select";
import type { AuditSearch } from "@/lib/audit-search";
import { actionTexts, auditTexts } from "@/texts/audit";

export type Person = { id: string; name: string };

const GROUPS = ["station", "account", "instance"] as const;
const ACTIONS = Object.keys(actionTexts) as Action[];

const actionsOf = (group: string): Action[] => ACTIONS.filter((action) => action.startsWith(`${group}:`));

/** Narrows the audit down: what was done, by whom, on which days. */
export function AuditFilters({
  search,
  onSearch,
  people,
  isOfStation,
}: {
  search: AuditSearch;
  onSearch: (changes: AuditSearch) => void;
  people: readonly Person[];
  isOfStation: boolean;
}) {
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const groups = GROUPS.filter((group) => group === "station" || !isOfStation);
  return (
    <fieldset className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[minmax(0,16rem)_minmax(0,14rem)_10rem_10rem_auto]">
      <legend className="sr-only">{auditTexts.filters}</legend>
      <FormField label={auditTexts.action} className="max-sm:col-span-2">
        {(props) => (
          <NativeSelect
            {...props}
            value={search.action ?? ""}
            onChange={(event) => onSearch({ action: event.target.value || undefined })}
            className="h-10"
          >
            <option value="">{auditTexts.anyAction}</option>
            {groups.map((group) => (
              <optgroup key={group} label={auditTexts.groups[group]}>
                {actionsOf(group).map((action) => (
                  <option key={action} value={action}>
                    {actionTexts[action]}
                  </option>
                ))}
              </optgroup>
            ))}
          </NativeSelect>
        )}
      </FormField>
      <FormField label={auditTexts.user} className="max-sm:col-span-2">
        {(props) => (
          <NativeSelect
            {...props}
            value={search.user ?? ""}
            onChange={(event) => onSearch({ user: event.target.value || undefined })}
            className="h-10"
          >
            <option value="">{auditTexts.anybody}</option>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </NativeSelect>
        )}
      </FormField>
      <Day label={auditTexts.from} day={search.from} max={search.to} onDay={(from) => onSearch({ from })} />
      <Day label={auditTexts.until} day={search.to} min={search.from} onDay={(to) => onSearch({ to })} />
      {isFiltered && (
        <Button
          variant="ghost"
          onClick={() => onSearch({ action: undefined, user: undefined, from: undefined, to: undefined })}
        >
          <X aria-hidden="true" />
          {auditTexts.clear}
        </Button>
      )}
    </fieldset>
  );
}

function Day({
  label,
  day,
  onDay,
  ...limits
}: {
  label: string;
  day: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onDay: (day: string | undefined) => void;
}) {
  return (
    <FormField label={label}>
      {(props) => (
        <Input
          {...props}
          {...limits}
          className="max-sm:px-2"
          type="date"
          value={day ?? ""}
          onChange={(event) => onDay(event.target.value || undefined)}
        />
      )}
    </FormField>
  );
}
