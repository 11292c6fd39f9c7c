/** The link of an invitation that no mail brings. */
export const invitationLinkTexts = {
  title: "Hand on this link",
  hint: (email: string) =>
    `This server sends no mail. Give the link to ${email} yourself: it works once, for that address, and is not shown again.`,
  label: "Invitation link",
} as const;
