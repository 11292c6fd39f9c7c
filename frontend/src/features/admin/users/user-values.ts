import type { UserCreate, UserPublic, UserUpdate } from "@/client";

export type UserValues = {
  email: string;
  full_name: string;
  password: string;
  confirm: string;
  role: "user" | "admin";
  is_active: boolean;
};

export const FIELDS = ["email", "full_name", "password", "confirm", "role", "is_active"] as const;

export const valuesOf = (user: UserPublic | null): UserValues => ({
  email: user?.email ?? "",
  full_name: user?.full_name ?? "",
  password: "",
  confirm: "",
  role: user?.is_superuser ? "admin" : "user",
  is_active: user?.is_active ?? true,
});

export const bodyOf = (values: UserValues): UserCreate => ({
  email: values.email.trim(),
  full_name: values.full_name.trim() || null,
  password: values.password,
  is_superuser: values.role === "admin",
  is_active: values.is_active,
});

/** Only what is another one now: a password that is sent ends sessions. */
export function changesOf(values: UserValues, user: UserPublic): UserUpdate {
  const { password, ...rest } = bodyOf(values);
  const fields = ["email", "full_name", "is_superuser", "is_active"] as const;
  const changed = fields.filter((field) => rest[field] !== user[field]);
  return {
    ...Object.fromEntries(changed.map((field) => [field, rest[field]])),
    ...(password !== "" && { password }),
  };
}
