"use strict";

// Relative, so that the page also works below a path of a proxy.
const STOP = "api/v1/mails/stop";
const KINDS = {
  week: "The weekly mail of the station will not come to you any more.",
  deck_quiet: "You will not be told any more when a deck of the station has fallen silent.",
};

const element = (id) => document.getElementById(id);
const token = decodeURIComponent(location.hash.slice(1));

function show(id) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== id;
  element(id).querySelector("h1").focus();
}

async function stop(event) {
  event.preventDefault();
  element("stop").disabled = true;
  element("stop-error").textContent = "";
  const body = JSON.stringify({ token });
  try {
    const response = await fetch(STOP, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const answer = await response.json();
    if (response.ok) return show("done");
    element("stop-error").textContent = answer.detail;
  } catch {
    element("stop-error").textContent = "The server does not answer. Try again.";
  }
  element("stop").disabled = false;
}

const kind = KINDS[token.split(".")[2]];
element("which").textContent = kind || "";
element("stop-form").addEventListener("submit", stop);
show(kind ? "ask" : "no-token");
