/** The parts of the settings, in the order in which they are shown. */
export const SETTINGS_TABS = ["profile", "password", "appearance", "sessions", "tokens", "danger"] as const;

export type SettingsTab = (typeof SETTINGS_TABS)[number];
