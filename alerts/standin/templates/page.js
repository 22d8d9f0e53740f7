"use strict";
// Keeps the page as the channel is, and tells the stand-in what the reader does. All markup comes from the server,
// escaped there; texts made here are set as text.

const { key, channel, user } = document.body.dataset;
const list = document.getElementById("entries");
const state = document.getElementById("state");
const said = document.getElementById("said");
const hint = document.getElementById("hint");
const composer = document.getElementById("composer");
const waiting = new Set();
const warnings = new Map();
let version = Number(document.body.dataset.version);
let refreshing = false;
let again = false;

function place(element) {
  const { block, action } = element.dataset;
  return JSON.stringify([element.closest("article").dataset.ts, block, action]);
}

async function tell(path, what) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Stand-In": key },
    body: JSON.stringify({ channel, user, ...what }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// What is under way, and what went wrong, shows wherever its button is now.
function mark() {
  for (const old of document.querySelectorAll(".warned")) old.remove();
  for (const element of document.querySelectorAll(".press")) {
    const menu = element.closest(".menu");
    const face = menu ? menu.querySelector("summary") : element;
    const here = place(element);
    face.classList.toggle("waiting", waiting.has(here));
    face.setAttribute("aria-busy", String(waiting.has(here)));
    const row = element.closest(".actions");
    if (!warnings.has(here) || row.querySelector(":scope > .warned")) continue;
    const warned = document.createElement("p");
    warned.className = "warned";
    warned.setAttribute("role", "alert");
    warned.textContent = `⚠ ${warnings.get(here)}`;
    row.append(warned);
  }
}

async function press(element) {
  const here = place(element);
  const { block, action, value, confirm } = element.dataset;
  if (waiting.has(here) || (confirm && !window.confirm(confirm))) return;
  element.closest(".menu")?.removeAttribute("open");
  waiting.add(here);
  warnings.delete(here);
  mark();
  try {
    const ts = element.closest("article").dataset.ts;
    const { warning } = await tell("/press", { ts, block, action, value });
    if (warning) warnings.set(here, warning);
  } catch (error) {
    warnings.set(here, error.message);
  } finally {
    waiting.delete(here);
    mark();
  }
}

function atTheEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < 80;
}

function toTheEnd() {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

function put(id, html) {
  const fresh = document.adoptNode(new DOMParser().parseFromString(html, "text/html").body.firstElementChild);
  const old = document.getElementById(id);
  if (!old) return list.append(fresh);
  const places = (entry) => entry.querySelectorAll("details[data-keep]");
  const name = (one) => JSON.stringify([one.closest("article").dataset.ts, one.dataset.keep]);
  const open = new Map([...places(old)].map((one) => [name(one), one.open]));
  for (const one of places(fresh)) one.open = open.get(name(one)) ?? one.open;
  return old.replaceWith(fresh);
}

async function refresh() {
  again = refreshing;
  if (refreshing) return;
  refreshing = true;
  try {
    const query = new URLSearchParams({ channel, user, after: version });
    const answer = await fetch(`/entries?${query}`);
    if (!answer.ok) return;
    const news = await answer.json();
    if (news.key !== key) return void location.reload();
    const follow = atTheEnd();
    for (const { id, html } of news.entries) put(id, html);
    const there = new Set(news.ids);
    for (const entry of list.querySelectorAll(".entry")) if (!there.has(entry.id)) entry.remove();
    version = news.version;
    mark();
    if (follow && news.entries.length) toTheEnd();
  } finally {
    refreshing = false;
    if (again) refresh();
  }
}

function closeMenus(but) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== but) menu.removeAttribute("open");
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest(".menu"));
  const element = event.target.closest(".press");
  if (element) press(element);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// A menu that would end below the composer opens upwards, one that would leave the page to the left.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[open]")) return;
  menu.classList.remove("up", "left");
  const { bottom, right } = menu.querySelector(".options").getBoundingClientRect();
  menu.classList.toggle("up", bottom > composer.getBoundingClientRect().top);
  menu.classList.toggle("left", right > document.documentElement.clientWidth);
}, true);

document.getElementById("reader").addEventListener("change", (event) => event.target.form.submit());

composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = said.value.trim();
  if (!text || composer.classList.contains("waiting")) return;
  composer.classList.add("waiting");
  hint.textContent = "";
  try {
    await tell("/command", { text });
    said.value = "";
  } catch (error) {
    hint.textContent = error.message;
  } finally {
    composer.classList.remove("waiting");
  }
});

const events = new EventSource("/events");
events.addEventListener("open", () => { state.hidden = true; });
events.addEventListener("message", refresh);
events.addEventListener("error", () => {
  state.textContent = "Connection lost. Trying again…";
  state.hidden = false;
});
if (!location.hash) toTheEnd();
