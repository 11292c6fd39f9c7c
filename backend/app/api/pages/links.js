"use strict";

// The pages that links lead to. Relative, so that they also work below a path of a proxy.
const API = "api/v1";

// What is said when a field is empty or malformed before anything is sent.
const FIELD_MESSAGES = {
  email: "Enter an e-mail address, such as name@example.com.",
  password: "Enter a password of at least 8 characters.",
  new_password: "Enter a password of at least 8 characters.",
};
const ROLES = { owner: "an owner", editor: "an editor", viewer: "a viewer" };

const state = { token: "", invitation: null, csrfToken: "" };

const element = (id) => document.getElementById(id);

class Problem extends Error {
  constructor(status, body) {
    super(body.detail || "Something went wrong. Try again.");
    this.status = status;
    this.code = body.code || "";
    this.errors = body.errors || [];
  }
}

async function request(method, path, content) {
  const headers = {};
  // The browser itself names the kind of a form.
  const isForm = content instanceof URLSearchParams;
  const body = isForm ? content : JSON.stringify(content);
  if (content !== undefined && !isForm) headers["Content-Type"] = "application/json";
  if (state.csrfToken) headers["X-CSRF-Token"] = state.csrfToken;
  let response;
  try {
    response = await fetch(`${API}${path}`, { method, headers, body });
  } catch {
    throw new Problem(0, { detail: "The server does not answer. Check that it is running, then try again." });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

function show(id) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== id;
  const heading = element(id).querySelector("h1");
  if (!heading) return;
  document.title = `${heading.textContent} – Stream Deck Button Tracker`;
  window.scrollTo(0, 0);
  // A screen reader goes on here, instead of at the button that has just gone.
  heading.focus({ preventScroll: true });
}

function finish() {
  // The token has done its work; it need not stay in the history.
  window.history.replaceState(null, "", window.location.pathname);
  for (const form of document.forms) form.reset();
  show("done");
}

// Forms

function setError(form, name, message) {
  const place = form.querySelector(`[id$="error-${CSS.escape(name)}"]`);
  if (!place) return false;
  place.textContent = message;
  form.elements[name].setAttribute("aria-invalid", String(message !== ""));
  return true;
}

function clearErrors(form) {
  for (const place of form.querySelectorAll(".error")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function isComplete(form) {
  let isValid = true;
  for (const field of form.elements) {
    if (!field.required || field.validity.valid) continue;
    setError(form, field.name, form.id === "log-in-form" ? "Enter your password." : FIELD_MESSAGES[field.name]);
    isValid = false;
  }
  return isValid;
}

const sentence = (message) =>
  /^(must|should|is) /.test(message) ? `This ${message}.` : `${message.replace(/\.$/, "")}.`;

// Each error beside its field; what belongs to no field of the form stands above its button.
function showProblem(form, problem) {
  const homeless = problem.errors.filter(
    ({ field, message }) => !setError(form, field.split(".").pop(), sentence(message)),
  );
  const place = form.querySelector(".form-error");
  if (problem.errors.length === 0) place.textContent = problem.message;
  else place.textContent = homeless.map(({ message }) => sentence(message)).join(" ");
  focusFirstError(form);
}

function focusFirstError(form) {
  const field = form.querySelector('[aria-invalid="true"]');
  if (field) field.focus();
}

function onSubmit(formId, act) {
  const form = element(formId);
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearErrors(form);
    if (!isComplete(form)) {
      focusFirstError(form);
      return;
    }
    const button = form.querySelector('[type="submit"]');
    button.disabled = true;
    try {
      await act(form);
    } catch (problem) {
      if (problem.code === "link_invalid") show("dead");
      else showProblem(form, problem);
    } finally {
      button.disabled = false;
    }
  });
}

function togglePassword(button) {
  const field = element(button.dataset.shows);
  const isShown = field.type === "password";
  field.type = isShown ? "text" : "password";
  button.textContent = isShown ? "Hide" : "Show";
  button.setAttribute("aria-label", isShown ? "Hide the password" : "Show the password");
}

// A new password

async function ask(form) {
  const email = form.elements.email.value.trim();
  await request("POST", `/password-recovery/${encodeURIComponent(email)}`);
  element("asked-email").textContent = email;
  show("asked");
}

async function choose(form) {
  await request("POST", "/reset-password/", { token: state.token, new_password: form.elements.new_password.value });
  finish();
}

// A new address

async function confirmAddress() {
  await request("POST", "/confirm-email/", { token: state.token });
  finish();
}

// An invitation

async function showInvitation() {
  show("loading");
  state.invitation = await request("POST", "/invitations/read", { token: state.token });
  const { email, role, station_name: station, invited_by: inviter } = state.invitation;
  const words = { "station-name": station, "invited-by": inviter, role: ROLES[role], "invited-email": email };
  for (const [name, text] of Object.entries(words)) {
    for (const place of document.querySelectorAll(`.${name}`)) place.textContent = text;
  }
  // So that a browser that keeps passwords keeps this one for the right address.
  for (const field of document.querySelectorAll(".invited-address")) field.setAttribute("value", email);
  show((await isLoggedInAs(email)) ? "join" : "register");
}

async function isLoggedInAs(email) {
  try {
    const session = await request("GET", "/login/session");
    if (session.user.email !== email) return false;
    state.csrfToken = session.csrf_token;
    return true;
  } catch (problem) {
    if (problem.status === 401) return false;
    throw problem;
  }
}

async function openSession(password) {
  const form = new URLSearchParams({ username: state.invitation.email, password });
  state.csrfToken = (await request("POST", "/login/session", form)).csrf_token;
}

async function join() {
  await request("POST", "/invitations/accept", { token: state.token });
  finish();
}

async function logInAndJoin(form) {
  await openSession(form.elements.password.value);
  await join();
}

async function register(form) {
  const { full_name: name, password } = form.elements;
  const answer = { token: state.token, password: password.value, full_name: name.value };
  try {
    await request("POST", "/invitations/register", answer);
  } catch (problem) {
    if (problem.code !== "email_taken") throw problem;
    element("log-in-taken").hidden = false;
    show("log-in");
    return;
  }
  // The account is there; whether this browser is logged in to it as well does not matter to it.
  await openSession(password.value).catch(() => {});
  finish();
}

// Where it begins

const BEGINNINGS = {
  "reset-password": async () => show(state.token ? "choose" : "ask"),
  "confirm-email": async () => show(state.token ? "confirm" : "dead"),
  invitation: async () => (state.token ? showInvitation() : show("dead")),
};

async function start() {
  state.token = new URLSearchParams(window.location.hash.slice(1)).get("token") || "";
  try {
    await BEGINNINGS[document.body.dataset.page]();
  } catch (problem) {
    element("unreachable-why").textContent = problem.message;
    show(problem.code === "link_invalid" ? "dead" : "unreachable");
  }
}

const ACTIONS = { start, ask: () => show("ask"), logIn: () => show("log-in"), register: () => show("register") };

onSubmit("ask-form", ask);
onSubmit("choose-form", choose);
onSubmit("confirm-form", confirmAddress);
onSubmit("register-form", register);
onSubmit("log-in-form", logInAndJoin);
onSubmit("join-form", join);
for (const button of document.querySelectorAll("[data-acts]")) {
  button.addEventListener("click", ACTIONS[button.dataset.acts]);
}
for (const button of document.querySelectorAll("[data-shows]")) {
  button.addEventListener("click", () => togglePassword(button));
}
window.addEventListener("hashchange", start);
start();
