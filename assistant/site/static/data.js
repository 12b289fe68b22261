"use strict";
// The tables of the data page: what is typed or pasted goes to the server in one request at a time, all changed cells together.
(() => {
  const REST = 400; // milliseconds without typing
  const AGAIN = 4000; // milliseconds until what could not be sent is sent again
  const pending = new Map();
  const undo = [];
  const before = new Map();
  let timer = 0;
  let flight = null;
  let missed = false;
  let batch = null;

  const root = () => document.querySelector("[data-filling]");
  const cellOf = (target) => (target instanceof HTMLInputElement && target.dataset.key && target.closest("[data-filling]") ? target : null);
  const inputOf = (key) => document.getElementById(`cell-${key.replaceAll(".", "-")}-in`);
  const where = () => ({ unit: root().dataset.unit, year: root().dataset.year, seen: root().dataset.seen });

  function note(input) {
    pending.set(input.dataset.key, input.value);
    input.classList.add("busy");
    clearTimeout(timer);
    timer = setTimeout(send, REST);
  }

  async function send() {
    clearTimeout(timer);
    if (flight) { await flight; if (!pending.size) return true; }
    if (!pending.size || !root()) return true;
    const texts = Object.fromEntries(pending);
    pending.clear();
    flight = ask("typed", { texts, all: missed });
    const { ok, later } = await flight;
    flight = null;
    missed = !ok;
    for (const [key, value] of Object.entries(texts)) {
      if (pending.has(key)) continue;
      const input = inputOf(key);
      if (!ok) pending.set(key, value);
      input?.classList.toggle("busy", false);
      input?.classList.toggle("unsaved", !ok);
    }
    if (later) timer = setTimeout(send, AGAIN);
    return ok;
  }

  async function ask(name, more) {
    try {
      const reply = await window.assistant.act(name, { ...where(), ...more });
      take(reply.data ?? {});
      return { ok: reply.ok, later: reply.status === 401 || reply.status === 429 || reply.status >= 500 };
    } catch { return { ok: false, later: true }; }
  }

  // New cells are put in except where something newer is being typed.
  function take(data) {
    for (const [id, html] of Object.entries(data.cells ?? {})) {
      const key = document.getElementById(id)?.querySelector("input")?.dataset.key;
      if (key && !pending.has(key)) window.assistant.patch(id, html);
    }
    for (const [key, value] of Object.entries(data.values ?? {})) {
      const input = inputOf(key);
      if (input && !pending.has(key) && input.value !== value) input.value = value;
    }
    if (data.seen && root()) root().dataset.seen = data.seen;
    mark();
  }

  function mark() {
    const typed = new Set((document.getElementById("filling-bar")?.dataset.typed ?? "").split(" ").filter(Boolean));
    for (const input of root()?.querySelectorAll("td.data input[data-key]") ?? []) {
      input.closest("td").classList.toggle("typed", typed.has(input.dataset.key));
    }
    const button = document.getElementById("filling-undo");
    if (button) button.disabled = !undo.length;
  }

  // One step of undoing is one cell left after a change, or one pasted block.
  function remember(input) {
    const was = before.get(input.dataset.key) ?? input.defaultValue;
    before.set(input.dataset.key, input.value);
    if (was === input.value) return;
    if (!batch) { batch = new Map(); undo.push(batch); queueMicrotask(() => { batch = null; mark(); }); }
    if (!batch.has(input.dataset.key)) batch.set(input.dataset.key, was);
  }

  function takeBack() {
    const step = undo.pop();
    for (const [key, value] of step ?? []) {
      const input = inputOf(key);
      if (!input) continue;
      input.value = value;
      before.set(key, value);
      note(input);
    }
    const first = step && inputOf([...step.keys()][0]);
    first?.focus();
    mark();
  }

  async function pressed(button) {
    if (button.id === "filling-undo") { takeBack(); return; }
    if (button.dataset.confirm && !window.confirm(button.dataset.confirm)) return;
    button.disabled = true;
    const sent = await send();
    const { key, whose, theirs } = button.dataset;
    if (sent || button.dataset.press === "forget") {
      if (button.dataset.press === "forget") { pending.clear(); clearTimeout(timer); undo.length = 0; }
      await ask(button.dataset.press, { key, whose, theirs });
    }
    button.disabled = false;
    before.clear();
    mark();
  }

  document.addEventListener("focusin", (event) => {
    const input = cellOf(event.target);
    if (input) before.set(input.dataset.key, input.value);
  });
  document.addEventListener("input", (event) => { const input = cellOf(event.target); if (input) note(input); });
  document.addEventListener("change", (event) => {
    const input = cellOf(event.target);
    if (input) { note(input); remember(input); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-press], #filling-undo");
    if (button && !button.disabled) { event.preventDefault(); pressed(button); return; }
    const link = event.target.closest?.("a[data-cell]");
    const input = link && document.getElementById(link.dataset.cell);
    if (input) { event.preventDefault(); input.focus(); input.select?.(); input.scrollIntoView({ block: "center", inline: "nearest" }); }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && root()) {
      event.preventDefault();
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
      document.querySelector("[data-press=save]:not(:disabled)")?.click();
    }
  });
  new MutationObserver(() => { if (root() && !root().dataset.marked) { root().dataset.marked = "yes"; mark(); } })
    .observe(document.documentElement, { childList: true, subtree: true });
})();
