import { accountTexts } from "@/texts/account";
import { buttonFieldTexts } from "@/texts/button-fields";
import { stationFieldTexts } from "@/texts/station-fields";

// What looks like an address; whether it is one, the server says.
const EMAIL_PATTERN = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 128;

/** What is wrong with a field before anything is sent. */
export const emailRules = {
  required: accountTexts.invalidEmail,
  pattern: { value: EMAIL_PATTERN, message: accountTexts.invalidEmail },
};

export const newPasswordRules = {
  required: accountTexts.passwordRequired,
  minLength: { value: MIN_PASSWORD_LENGTH, message: accountTexts.passwordTooShort },
  maxLength: { value: MAX_PASSWORD_LENGTH, message: accountTexts.passwordTooLong },
};

/** Of the field that says a new password again, whose other one has this name. */
export const confirmationRules = <Name extends string>(passwordField: Name) => ({
  required: accountTexts.confirmationRequired,
  validate: (value: string, values: Record<Name, string>) =>
    value === values[passwordField] || accountTexts.passwordsDiffer,
});

export const buttonTitleRules = { validate: (title: string) => title.trim() !== "" || buttonFieldTexts.titleRequired };

export const stationNameRules = { validate: (name: string) => name.trim() !== "" || stationFieldTexts.nameRequired };
