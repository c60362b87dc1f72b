// The report works without this script; with it, filters work, links into
// closed cases open them, and paper shows what failed.
"use strict";
document.documentElement.classList.remove("nojs");
const cases = Array.from(document.querySelectorAll("details.case"));
const search = document.getElementById("search");
const xep = document.getElementById("xep");
const run = document.getElementById("run");
const shown = document.getElementById("shown");
const verdicts = Array.from(document.querySelectorAll("button[data-verdict]"));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const off = new Set(verdicts.filter(
    b => b.getAttribute("aria-pressed") === "false").map(
    b => b.dataset.verdict));
  let count = 0;
  for (const c of cases) {
    const text = c.firstElementChild.textContent.toLowerCase() +
      " " + (c.dataset.t || "").toLowerCase();
    const hide = off.has(c.dataset.v) ||
      (xep.value !== "" && c.dataset.x !== xep.value) ||
      (run && run.value !== "" && c.dataset.r !== run.value) ||
      !words.every(w => text.includes(w));
    if (c.hidden !== hide) c.hidden = hide;
    count += !hide;
  }
  shown.textContent = count + " of " + cases.length + " cases";
}

function openTarget() {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(
      location.hash.slice(1)));
  } catch (e) { return; }
  if (!target) return;
  for (let e = target; e; e = e.parentElement)
    if (e.tagName === "DETAILS") { e.open = true; e.hidden = false; }
  target.scrollIntoView();
}

if (search) {
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  xep.addEventListener("change", filter);
  if (run) run.addEventListener("change", filter);
  for (const b of verdicts) b.addEventListener("click", () => {
    b.setAttribute("aria-pressed",
      String(b.getAttribute("aria-pressed") === "false"));
    filter();
  });
  document.addEventListener("keydown", e => {
    if (e.key === "/" && e.target.tagName !== "INPUT") {
      e.preventDefault();
      search.focus();
    }
  });
  filter();
}

// A link in the summary sets the filter.
document.addEventListener("click", e => {
  const to = e.target.closest("[data-only-xep], [data-copy], #expand");
  if (!to) return;
  if (to.dataset.onlyXep !== undefined) {
    xep.value = to.dataset.onlyXep;
    filter();
  } else if (to.dataset.copy !== undefined) {
    const text = to.previousElementSibling.textContent;
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(
      () => { to.textContent = "Copied"; }, () => {});
  } else {
    const open = to.getAttribute("aria-expanded") !== "true";
    to.setAttribute("aria-expanded", String(open));
    to.textContent = open ? "Close all" : "Open all";
    for (const c of cases) if (!c.hidden) c.open = open;
  }
});

// A line of the script and its arrows light up together.
document.addEventListener("mouseover", e => {
  for (const old of document.querySelectorAll(".hl"))
    old.classList.remove("hl");
  const at = e.target.closest(".side [data-l], .script > li");
  if (!at) return;
  const side = at.closest(".side");
  const lines = side.querySelectorAll(".script > li");
  const number = at.dataset.l || Array.prototype.indexOf.call(lines, at) + 1;
  const same = Array.from(side.querySelectorAll(`[data-l="${number}"]`));
  if (lines[number - 1]) same.push(lines[number - 1]);
  for (const one of same) one.classList.add("hl");
});

window.addEventListener("hashchange", openTarget);
openTarget();
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = cases.filter(c => !c.open && !c.hidden &&
    c.classList.contains("notok"));
  for (const c of opened) c.open = true;
});
window.addEventListener("afterprint", () => {
  for (const c of opened) c.open = false;
});
