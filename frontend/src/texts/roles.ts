import type { Role } from "@/client";

/** What members are, and what each may do. */
export const roleTexts: Record<Role, { name: string; hint: string }> = {
  owner: { name: "Owner", hint: "Does everything: the station itself, members, API tokens, audit." },
  editor: { name: "Editor", hint: "Changes buttons, keys and decks, and corrects the log." },
  viewer: { name: "Viewer", hint: "Sees everything, and changes nothing." },
};
