/** Logging in, accounts, and what links of mails lead to. */
export const accountTexts = {
  logIn: "Log In",
  logInTitle: "Log in to your station",
  email: "Email",
  password: "Password",
  forgotPassword: "Forgot password?",
  invalidEmail: "Invalid email address",
  passwordRequired: "Password is required",
  incorrect: "Incorrect email or password",
  noAccount: "Don't have an account?",
  signUp: "Sign up",
} as const;
