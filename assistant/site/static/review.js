"use strict";
// The review page: acts on pieces of the page, keyboard, keeping of what is being typed. See docs/site.md.
(() => {
  const rest = 800;
  const again = 5000;
  const lookSeconds = 20;
  const $ = (id) => document.getElementById(id);
  const root = () => $("desk-of-draft");
  const paras = () => [...document.querySelectorAll("#report .para")].filter((each) => each.offsetParent);
  let current = "";

  const here = () => $(current) ?? null;
  const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable=true]");

  function address(changes) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    url.hash = "";
    history.replaceState(null, "", url);
  }

  // What an element hands over: its own and its containers' data (the nearest wins), and the fields of its form.
  function payloadOf(source) {
    const data = {};
    for (let each = source; each && each.id !== "review"; each = each.parentElement)
      for (const [name, value] of Object.entries(each.dataset ?? {})) if (!(name in data)) data[name] = value;
    for (const field of source.closest("[data-form]")?.querySelectorAll("[name]") ?? []) data[field.name] = field.value;
    return data;
  }

  function withPanel(data) {
    const panel = $("panel")?.dataset ?? {};
    return { ...data, open_panel: panel.panel, open_at: panel.at, open_position: panel.position };
  }

  async function run(name, data, source) {
    if (source?.getAttribute("aria-busy") === "true") return null;
    source?.setAttribute("aria-busy", "true");
    const label = source?.textContent;
    if (source?.dataset.waiting) source.textContent = source.dataset.waiting;
    try {
      const reply = await window.assistant.act(name, withPanel(data), undefined, source);
      if (reply.ok) settle(reply);
      return reply;
    } catch {
      return null;
    } finally {
      source?.removeAttribute("aria-busy");
      if (source?.dataset.waiting) source.textContent = label;
    }
  }

  function settle(reply) {
    for (const mark of reply.data?.gone ?? [])
      for (const each of document.querySelectorAll(`[data-finding="${CSS.escape(mark)}"]`)) {
        if (each.matches("mark")) each.replaceWith(...each.childNodes); else each.remove();
      }
    if (reply.patches && "panel" in reply.patches) {
      const panel = $("panel")?.dataset ?? {};
      const shown = panel.panel === "overview" ? {} : panel;
      address({ panel: shown.panel, sentence: shown.sentence, fingerprint: shown.fingerprint });
      if (shown.at) take($(`para-${shown.at}`), false);
      centre();
    }
    take(here(), false);
    const focus = reply.data?.focus && $(reply.data.focus);
    if (focus && (isTyping(focus) || document.activeElement === document.body || !document.activeElement)) {
      focus.focus({ preventScroll: !isTyping(focus) });
      if (isTyping(focus)) focus.scrollIntoView({ block: "nearest" });
    }
    marks();
  }

  // The cells of a sentence are brought into sight in their table.
  function centre() {
    for (const box of document.querySelectorAll("#panel .scroll")) {
      const cell = box.querySelector("td.marked");
      if (cell) box.scrollLeft = cell.offsetLeft - box.clientWidth / 2;
    }
  }

  function marks() {
    const panel = $("panel")?.dataset ?? {};
    for (const each of document.querySelectorAll(".sentence.open")) each.classList.remove("open");
    if (panel.panel === "evidence") $(`sentence-${panel.sentence}`)?.classList.add("open");
  }

  function take(article, scroll = true) {
    if (!article) return;
    for (const each of document.querySelectorAll(".para.current")) if (each !== article) each.classList.remove("current");
    article.classList.add("current");
    if (current !== article.id) { current = article.id; address({ at: article.dataset.paragraph }); }
    if (scroll) article.scrollIntoView({ block: "nearest" });
  }

  function go(article) {
    if (!article) return;
    if (article.hidden) filter("all");
    take(article);
    article.focus({ preventScroll: true });
  }

  // Leaving a form with something written in it is asked about; what is typed into a paragraph is kept by the server.
  function mayLeavePanel() {
    const written = [...document.querySelectorAll("#panel [data-form-text]")].some((each) => each.value.trim());
    return !written || window.confirm("旁栏里写的文字还没有保存，离开就没有了。确定离开？");
  }

  const deeds = {
    help: () => $("help")?.showModal(),
    "help-close": () => $("help")?.close(),
    panel: (source, data) => { if (mayLeavePanel()) run("panel", data, source); },
    save: (source, data) => save(source, data),
    drop: async (source, data) => {
      const box = $(source.dataset.editor);
      if (box && box.value !== box.dataset.saved && !window.confirm(source.dataset.askChanged)) return;
      await still(box);
      run("drop", data, source);
    },
  };

  function press(source) {
    if (source.dataset.ask && !window.confirm(source.dataset.ask)) return;
    const data = payloadOf(source);
    if (source.dataset.at) data.at = source.dataset.at;
    const deed = deeds[source.dataset.do];
    if (deed) deed(source, data); else run(source.dataset.do, data, source);
  }

  // Typing: kept by the server after a rest, so that a reload or a lost connection loses nothing.
  const timers = new WeakMap();
  const under = new WeakMap();

  function typed(box) {
    box.classList.add("unsaved");
    clearTimeout(timers.get(box));
    timers.set(box, setTimeout(() => keep(box), rest));
  }

  function keep(box) {
    const text = box.value;
    const payload = { paragraph: box.dataset.edit, number: box.dataset.number, text };
    const sent = window.assistant.act("typing", payload).then((reply) => reply, () => ({ ok: false, status: 0 })).then(({ ok, status }) => {
      if (ok && box.value === text) {
        box.classList.remove("unsaved");
        const kept = $(`kept-${box.dataset.edit}`);
        if (kept) kept.textContent = `已暂存 ${new Date().toLocaleTimeString("zh-CN", { hour12: false })}，还没有保存到稿子里`;
      } else if (!ok && box.isConnected && (!status || status === 401 || status >= 429)) timers.set(box, setTimeout(() => keep(box), again));
    });
    under.set(box, sent);
    return sent;
  }

  async function still(box) {
    if (!box) return;
    clearTimeout(timers.get(box));
    await under.get(box);
    clearTimeout(timers.get(box));
  }

  async function save(source, data) {
    const box = $(source.dataset.editor);
    if (!box) return;
    await still(box);
    const reply = await run("save", { ...data, text: box.value }, source);
    if (!reply?.ok && box.isConnected) typed(box);
  }

  window.addEventListener("pagehide", () => {
    for (const box of document.querySelectorAll("textarea.unsaved[data-edit]")) {
      const body = JSON.stringify({ paragraph: box.dataset.edit, number: box.dataset.number, text: box.value });
      const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
      window.fetch(`/act/review/typing${location.search}`, {
        method: "POST", credentials: "same-origin", keepalive: true, body,
        headers: { "content-type": "application/json", "x-csrf": csrf, accept: "application/json" },
      }).catch(() => {});
    }
  });

  // Filters hide paragraphs; what has just been dealt with stays in sight until the filter is chosen again.
  const fits = {
    all: () => true,
    findings: (each) => Number(each.dataset.open) > 0,
    undecided: (each) => each.dataset.state === "undecided",
    gaps: (each) => Number(each.dataset.gaps) > 0,
    comments: (each) => Number(each.dataset.comments) > 0,
    rejected: (each) => each.dataset.state === "rejected",
  };

  function filter(name) {
    const fit = fits[name] ?? fits.all;
    const box = root();
    if (!box) return;
    box.dataset.show = name;
    let shown = 0;
    for (const each of document.querySelectorAll("#report .para")) { each.hidden = !fit(each); shown += each.hidden ? 0 : 1; }
    for (const each of document.querySelectorAll("#report .part, #report .table-section")) {
      const own = name === "findings" && [...each.querySelectorAll("[id^=notes-]")].some((note) => Number(note.dataset.open) > 0);
      each.hidden = name !== "all" && !own && !each.querySelector(".para:not([hidden])");
    }
    for (const each of document.querySelectorAll("#report .block"))
      each.hidden = name !== "all" && !each.querySelector(".part:not([hidden]), .table-section:not([hidden])");
    for (const each of document.querySelectorAll("[data-filter]"))
      if (each.dataset.filter === name) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current");
    $("report")?.classList.toggle("nothing", !shown && name !== "all");
    address({ show: name === "all" ? "" : name });
    const said = $("said");
    if (said) said.textContent = `显示 ${shown} 段`;
  }

  const open = (each) => fits.undecided(each) || fits.findings(each) || fits.gaps(each);

  function step(by, wanted = () => true) {
    const all = paras();
    const at = all.indexOf(here());
    for (let next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by; next >= 0 && next < all.length; next += by)
      if (wanted(all[next])) { go(all[next]); return; }
  }

  function sentence(by) {
    const all = [...(here()?.querySelectorAll(".sentence") ?? [])];
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
    next?.focus({ preventScroll: true });
  }

  function key(event) {
    const target = event.target;
    if (event.isComposing || event.keyCode === 229) return;
    if (isTyping(target)) {
      if (event.key === "Enter" && event.ctrlKey) {
        const button = target.dataset.edit ? $(`save-${target.dataset.edit}`) : target.closest("[data-form]")?.querySelector("[data-submit]");
        if (button) { event.preventDefault(); press(button); }
      } else if (event.key === "Escape") {
        event.preventDefault();
        (target.closest(".para") ?? here() ?? $("panel-title"))?.focus({ preventScroll: true });
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || $("help")?.open || !$("report")) return;
    const steps = { j: () => step(1), k: () => step(-1), n: () => step(1, open), ArrowRight: () => sentence(1), ArrowLeft: () => sentence(-1),
      "/": deeds.help, "?": deeds.help, o: () => { if (mayLeavePanel()) run("panel", { panel: "overview" }); } };
    if (steps[event.key]) { event.preventDefault(); steps[event.key](); return; }
    if (event.key === "Escape") { const article = here(); if (article) { event.preventDefault(); article.focus({ preventScroll: true }); } return; }
    if (event.key === "Enter" || event.key === " ") {
      if (target.matches?.(".sentence")) { event.preventDefault(); press(target); }
      else if (event.key === "Enter" && target.matches?.(".para")) { event.preventDefault(); target.querySelector('[data-key="Enter"]')?.click(); }
      return;
    }
    const button = event.key.length === 1 && here()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); press(button); }
  }

  function start() {
    document.addEventListener("keydown", key);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("#review a[data-filter], #review a[data-go]");
      if (link && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (link.dataset.filter) filter(link.dataset.filter); else go($(`para-${link.dataset.go}`));
        return;
      }
      const fill = event.target.closest("#review [data-fill]");
      if (fill) { $(fill.dataset.fill).value = fill.dataset.text; $(fill.dataset.fill).focus(); return; }
      const source = event.target.closest("#review [data-do]");
      if (source) {
        if (source.matches(".sentence") && String(window.getSelection()).trim()) return;
        event.preventDefault();
        take(source.closest(".para"), false);
        press(source);
        return;
      }
      if (event.target.closest("#notice .notice")) event.target.closest(".notice").remove();
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("#review form")) return;
      event.preventDefault();
      const button = event.target.querySelector("[data-submit]");
      if (button) press(button);
    });
    document.addEventListener("focusin", (event) => { const article = event.target.closest?.("#report .para"); if (article) take(article, false); });
    document.addEventListener("input", (event) => { if (event.target.matches("textarea[data-edit]")) typed(event.target); });
    window.addEventListener("beforeunload", (event) => {
      if ([...document.querySelectorAll("#panel [data-form-text]")].some((each) => each.value.trim())) event.preventDefault();
    });
    let ready = false;
    let hiding = 0;
    new MutationObserver(() => {
      const notice = $("notice");
      if (notice?.querySelector(".notice.good, .notice.info") && !notice.querySelector(".notice.error, .notice.warning")) {
        clearTimeout(hiding);
        hiding = setTimeout(() => notice.querySelector(".notices")?.remove(), 6000);
      }
      if (ready || !$("report")) return;
      ready = true;
      if (root().dataset.show !== "all") filter(root().dataset.show);
      const first = root().dataset.atFirst || new URL(location.href).hash.replace("#para-", "");
      const article = first && $(`para-${first}`);
      if (article) { go(article); article.scrollIntoView({ block: "center" }); }
      centre();
      marks();
    }).observe(document.body, { childList: true, subtree: true });
    setInterval(look, lookSeconds * 1000);
  }

  // What others did meanwhile is shown without being asked for; a paragraph one is writing in is left alone.
  async function look() {
    if (document.hidden || !$("report")?.dataset.changing) return;
    const all = [...document.querySelectorAll("#report .para")].map((each) => each.dataset);
    const known = all.map((each) => `${each.paragraph}.${each.number}.${each.state}`).join(",");
    const busy = [...document.querySelectorAll("textarea[data-edit]")].map((each) => each.dataset.edit).join(",");
    const reply = await window.assistant.act("fresh", { known, busy }).catch(() => null);
    if (reply?.ok && Object.keys(reply.patches ?? {}).length) settle(reply);
  }

  start();
})();
