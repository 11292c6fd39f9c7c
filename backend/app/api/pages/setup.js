"use strict";

// Relative, so that the page also works below a path of a proxy.
const API = "api/v1";
const POLL_INTERVAL_MS = 1000;
const COPIED_FOR_MS = 2000;

const EXAMPLES = {
  radio: { title: "Buckle up", type: "psa" },
  stream: { title: "Hug", type: "sound_effect" },
  desk: { title: "Shift handed over", type: "other" },
  research: { title: "Left the nest", type: "other" },
};

// What is said when a field is empty or malformed before anything is sent.
const FIELD_MESSAGES = {
  "field-email": "Enter an e-mail address, such as name@example.com.",
  "field-password": "Enter a password of at least 8 characters.",
  "field-name": "Enter a name for your station.",
  "field-zone": "Choose a time zone, such as America/New_York.",
  "field-title": "Enter a title.",
  "login-field-username": "Enter your e-mail address.",
  "login-field-password": "Enter your password.",
};

const state = { csrfToken: "", station: null, button: null, poll: 0 };

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

const token = () => window.location.hash.slice(1);

async function start() {
  show("loading");
  try {
    const { is_needed: isNeeded } = await request("GET", "/setup/");
    if (!isNeeded) await showAlreadyDone();
    else if (!token()) show("no-token");
    else showAccount();
  } catch {
    show("unreachable");
  }
}

async function showAlreadyDone() {
  const session = await ownSession();
  if (session) await enter(session);
  element("already-member").hidden = !session || !state.station;
  element("already-viewer").hidden = !session || state.station !== null;
  element("already-stranger").hidden = session !== null;
  show("already");
}

// The session of this browser, or null where nobody is logged in.
async function ownSession() {
  try {
    return await request("GET", "/login/session");
  } catch (problem) {
    if (problem.status === 401) return null;
    throw problem;
  }
}

// Go on as the user of a session, in the first station to make keys for.
async function enter(session) {
  state.csrfToken = session.csrf_token;
  const stations = await request("GET", "/stations/");
  state.station = stations.data.find((station) => station.role !== "viewer") || null;
  for (const place of document.querySelectorAll(".own-email")) place.textContent = session.user.email;
}

async function logIn() {
  const form = element("login-form");
  await enter(await request("POST", "/login/session", new URLSearchParams(new FormData(form))));
  form.reset();
  if (state.station) showKey({ isFirst: false });
  else await showAlreadyDone();
}

// Fields and what is wrong with them

function setError(form, name, message) {
  const place = form.querySelector(`[id$="error-${CSS.escape(name)}"]`);
  if (!place) return false;
  place.textContent = message;
  const field = form.querySelector(`[id$="field-${CSS.escape(name)}"]`);
  if (field) field.setAttribute("aria-invalid", String(message !== ""));
  return true;
}

function clearErrors(form) {
  for (const place of form.querySelectorAll(".error")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function focusFirstError(form) {
  const field = form.querySelector('[aria-invalid="true"]');
  if (field) field.focus();
}

function isComplete(form) {
  let isValid = true;
  for (const field of form.elements) {
    if (!FIELD_MESSAGES[field.id]) continue;
    const isBlank = field.type !== "password" && field.value.trim() === "";
    if (field.validity.valid && !isBlank) continue;
    setError(form, field.name, FIELD_MESSAGES[field.id]);
    isValid = false;
  }
  return isValid;
}

const sentence = (message) => {
  const plain = message.replace(/^value is not/, "This is not");
  return /^(must|should|is) /.test(plain) ? `This ${plain}.` : `${plain.replace(/\.$/, "")}.`;
};

// Each error beside its field; what belongs to no field of the form stands above its button.
function showProblem(form, place, problem) {
  const homeless = problem.errors.filter(
    ({ field, message }) => !setError(form, field.split(".").pop(), sentence(message)),
  );
  if (problem.errors.length === 0) place.textContent = problem.message;
  else place.textContent = homeless.map(({ field, message }) => `${field}: ${message}`).join(" ");
  focusFirstError(form);
}

async function submit(form, place, act) {
  clearErrors(form);
  if (!isComplete(form)) {
    focusFirstError(form);
    return;
  }
  const button = form.querySelector('[type="submit"]');
  button.disabled = true;
  try {
    await act();
  } catch (problem) {
    if (problem.code === "already_set_up") await start();
    else showProblem(form, place, problem);
  } finally {
    button.disabled = false;
  }
}

// Step 1: account and station

function fillZones() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const known = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  const names = [...new Set([own, "UTC", ...known])].sort();
  element("zones").replaceChildren(...names.map((name) => new Option(name, name)));
  if (!element("field-zone").value) element("field-zone").value = own;
  showTimeInZone();
}

// A time that looks right says more than the name of a zone.
function showTimeInZone() {
  let hint = "";
  try {
    const timeZone = element("field-zone").value.trim();
    const time = new Intl.DateTimeFormat(undefined, { timeZone, weekday: "long", hour: "2-digit", minute: "2-digit" });
    if (timeZone) hint = `It is ${time.format(new Date())} there now. Days begin and end by this clock.`;
  } catch {
    hint = "";
  }
  element("hint-zone").textContent = hint;
}

function showAccount() {
  fillZones();
  show("account");
}

async function setUp() {
  const form = element("account-form");
  const station = { name: form.elements.name.value, purpose: form.elements.purpose.value, zone: form.zone.value };
  const done = await request("POST", "/setup/", {
    token: token(),
    email: form.email.value,
    password: form.password.value,
    station,
  });
  state.csrfToken = done.csrf_token;
  state.station = done.station;
  // The token has done its work; it need not stay in the history.
  window.history.replaceState(null, "", window.location.pathname);
  form.reset();
  showKey({ isFirst: true });
}

// Step 2: the key

function showKey({ isFirst }) {
  window.clearTimeout(state.poll);
  document.body.classList.toggle("is-again", !isFirst);
  element("key-heading").textContent = isFirst ? "Make your first key" : "Make a key";
  const example = EXAMPLES[state.station.purpose];
  element("key-form").reset();
  element("hint-title").textContent = `For example “${example.title}”.`;
  element("field-type").value = example.type;
  show("key");
}

async function makeKey() {
  const form = element("key-form");
  const body = { title: form.elements.title.value, type: form.elements.type.value };
  state.button = await request("POST", `/buttons/?station_id=${state.station.id}`, body);
  showDeck();
}

// Step 3: the deck

function showDeck() {
  const { title, press_url: url } = state.button;
  element("deck-title").textContent = title;
  element("tile-title").textContent = title;
  element("field-url").value = url;
  element("loopback").hidden = !["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
  element("outcome").classList.remove("is-recorded");
  element("status").textContent = "Waiting for the first press…";
  element("status-more").textContent = "This page shows it as soon as it is recorded.";
  element("another").hidden = true;
  show("deck");
  watch(state.button.id);
}

function watch(buttonId) {
  state.poll = window.setTimeout(async () => {
    try {
      const button = await request("GET", `/buttons/${buttonId}?station_id=${state.station.id}`);
      if (state.button.id !== buttonId) return;
      showPresses(button);
    } catch (problem) {
      element("status-more").textContent = problem.message;
    }
    if (!element("deck").hidden && state.button.id === buttonId) watch(buttonId);
  }, POLL_INTERVAL_MS);
}

function showPresses(button) {
  const outcome = element("outcome");
  if (button.usage_count > 0 && !outcome.classList.contains("is-recorded")) {
    outcome.classList.add("is-recorded");
    element("status").textContent = `First press recorded at ${clockTime(button.last_pressed_at)}`;
    element("another").hidden = false;
  }
  element("status-more").textContent = presses(button);
}

function presses({ usage_count: count, dedup_window_ms: window_ms }) {
  if (count === 0) return "This page shows it as soon as it is recorded.";
  const counted = count === 1 ? "Your key works." : `${count} presses so far.`;
  return window_ms > 0 ? `${counted} Presses less than ${window_ms / 1000} seconds apart count once.` : counted;
}

function clockTime(instant) {
  return new Intl.DateTimeFormat(undefined, {
    timeZone: state.station.zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(instant ? new Date(instant) : new Date());
}

async function copyUrl() {
  const isCopied = await copy(element("field-url"));
  element("copy").textContent = isCopied ? "Copied" : "Press Ctrl+C";
  window.setTimeout(() => (element("copy").textContent = "Copy"), COPIED_FOR_MS);
}

// Browsers have navigator.clipboard on https and on the machine itself, but not on plain http in a network.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

function togglePassword() {
  const field = element("field-password");
  const isShown = field.type === "password";
  field.type = isShown ? "text" : "password";
  element("show-password").textContent = isShown ? "Hide" : "Show";
  element("show-password").setAttribute("aria-label", isShown ? "Hide the password" : "Show the password");
}

function onSubmit(formId, placeId, act) {
  element(formId).addEventListener("submit", (event) => {
    event.preventDefault();
    submit(element(formId), element(placeId), act);
  });
}

onSubmit("account-form", "account-error", setUp);
onSubmit("login-form", "login-error", logIn);
onSubmit("key-form", "key-error", makeKey);
element("field-zone").addEventListener("input", showTimeInZone);
element("show-password").addEventListener("click", togglePassword);
element("copy").addEventListener("click", copyUrl);
element("field-url").addEventListener("focus", (event) => event.target.select());
element("retry").addEventListener("click", start);
element("make-key").addEventListener("click", () => showKey({ isFirst: false }));
element("another").addEventListener("click", () => showKey({ isFirst: false }));
window.addEventListener("hashchange", start);
start();
