"use strict";

// Everything here is a convenience: without it the page is complete, only without filters and copy buttons.
const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const say = (text) => { find("status").textContent = text; };

function theme() {
  const names = ["system", "light", "dark"];
  const button = find("theme");
  // A file opened from disk, or a browser that forbids storage, forgets the choice and works all the same.
  const stored = (value) => {
    try {
      if (value) localStorage.setItem("driftwatch-theme", value);
      return localStorage.getItem("driftwatch-theme");
    } catch { return null; }
  };
  const show = (name) => {
    document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
  };
  show(names.includes(stored()) ? stored() : "system");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
    show(next);
    stored(next);
    say(`Theme: ${next}`);
  });
}

function copying() {
  const byHand = (text) => { // navigator.clipboard exists in secure contexts only
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("refused"));
  };
  const late = () => new Promise((_, refuse) => { setTimeout(refuse, 1000); }); // a browser may never answer
  const copy = (text) => navigator.clipboard
    ? Promise.race([navigator.clipboard.writeText(text), late()]).catch(() => byHand(text))
    : byHand(text);
  for (const button of all("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const told = await copy(button.closest("figure").querySelector("pre").textContent)
        .then(() => "Copied", () => "Select and copy by hand");
      button.textContent = told;
      say(told);
      setTimeout(() => { button.textContent = "Copy"; }, 1600);
    });
  }
}

function filtering() {
  const form = find("filters");
  if (!form) return;
  const changes = all("[data-change]").map((element) => ({ element, ...element.dataset, text: null }));
  const groups = all("article.group");
  const heading = (change) => change.element.closest("article").getAttribute("aria-label");
  const text = (change) => change.text ??= `${heading(change)} ${change.element.textContent}`.toLowerCase();
  const total = changes.length.toLocaleString("en");

  const apply = () => {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = find("kind").value;
    const schema = find("schema").value;
    const levels = all("input[name=level]:checked").map((box) => box.value);
    let shown = 0;
    for (const change of changes) {
      const match = levels.includes(change.level)
        && (!kind || change.kind === kind)
        && (schema === "*" || change.schema === schema)
        && words.every((word) => text(change).includes(word));
      change.element.hidden = !match;
      shown += match;
    }
    for (const group of groups) {
      for (const parts of group.querySelectorAll(".parts")) {
        parts.hidden = !parts.querySelector("[data-change]:not([hidden])");
      }
      group.hidden = !group.querySelector("[data-change]:not([hidden])");
    }
    find("count").textContent = shown === changes.length ? `${total} changes` : `${shown} of ${total} changes`;
    find("nothing").hidden = shown > 0;
  };

  let waiting;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 60); });
  form.addEventListener("reset", () => setTimeout(apply));
  const toggle = (open) => { for (const card of all("details.card, details.parts")) card.open = open; };
  find("open-all").addEventListener("click", () => toggle(true));
  find("close-all").addEventListener("click", () => toggle(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    find("search").focus();
  });
}

function printing() { // for browsers without ::details-content, where style can't open what is closed
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const element of closed) element.open = true;
  });
  addEventListener("afterprint", () => { for (const element of closed) element.open = false; });
}

theme();
copying();
filtering();
printing();
