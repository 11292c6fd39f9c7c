import type { Role } from "@/client";

/** What members are, what each may do, and how a sentence calls one of them. */
export const roleTexts: Record<Role, { name: string; hint: string; one: string }> = {
  owner: {
    name: "Owner",
    hint: "Does everything: the station itself, members, API tokens, audit.",
    one: "an owner",
  },
  editor: { name: "Editor", hint: "Changes buttons, keys and decks, and corrects the log.", one: "an editor" },
  viewer: { name: "Viewer", hint: "Sees everything, and changes nothing.", one: "a viewer" },
};

export const ROLES = Object.keys(roleTexts) as Role[];
