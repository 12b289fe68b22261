"use strict";
// One small script for all pages. Elements say what they do by data attributes; see docs/site.md.
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`);
  const csrf = () => meta("csrf")?.content ?? "";
  const pageName = () => location.pathname.replace(/^\/|\/$/g, "") || "desk";
  const { patch, sentBy } = window.assistantPatching;
  const lostText = "与服务器的连接断开了，刚才的操作没有完成。已输入的内容还在本页，请不要关闭；稍后再试一次。";
  const expiredText = "登录已过期，刚才的操作没有执行。请在新的标签页中登录，再回到本页重做；本页的内容不要关闭。";

  function lost(text) {
    const area = document.getElementById("lost");
    if (!area) return;
    area.textContent = text;
    area.hidden = !text;
  }

  // Says who opened this page, and the word of the session as it is now.
  function named(options) {
    if ((options?.method ?? "GET") === "GET") return options;
    const headers = new Headers(options.headers);
    if (meta("who")) headers.set("x-who", meta("who").content);
    if (headers.has("x-csrf")) headers.set("x-csrf", csrf());
    return { ...options, headers };
  }

  // After signing in anew in another tab this page goes on, with the new session's word. True: the request should be sent again.
  function renew(word) {
    if (!word || !meta("csrf") || word === csrf()) return false;
    for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = word;
    meta("csrf").content = word;
    return true;
  }

  const isEvent = (address) => String(address?.url ?? address).includes("/gradio_api/");

  // Gradio's own messages for these cases are in English and say nothing about one's work.
  const fetchPlain = window.fetch.bind(window);
  window.fetch = async (address, options) => {
    try {
      let answer = await fetchPlain(address, named(options));
      if (renew(answer.headers.get("x-csrf-now"))) answer = await fetchPlain(address, named(options));
      if (answer.status === 401) lost(expiredText);
      else if (answer.ok) lost("");
      else if (isEvent(address)) lost((await answer.clone().json().catch(() => null))?.message ?? "");
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") lost(lostText);
      throw error;
    }
  };

  function say(html) {
    const area = document.querySelector("#notice .prose") ?? document.querySelector("#notice .html-container") ?? document.getElementById("notice");
    if (area && html) area.innerHTML = html;
  }

  // What an element hands over: its own and its containers' data (the nearest wins), the fields of its form, its value.
  function payloadOf(start) {
    const data = {};
    for (let each = start; each; each = each.parentElement) {
      for (const [name, value] of Object.entries(each.dataset ?? {})) if (!(name in data)) data[name] = value;
      if (each.dataset?.stop !== undefined || each.classList?.contains("html-container")) break;
    }
    const form = start.closest("[data-form]");
    for (const field of form?.querySelectorAll("[name]") ?? []) {
      if (field.type === "checkbox") { if (field.checked) (data[field.name] = data[field.name] ? `${data[field.name]},${field.value}` : field.value); }
      else if (field.type !== "radio" || field.checked) data[field.name] = field.value;
    }
    if ("value" in start && start.matches("input, select, textarea")) data.value = start.type === "checkbox" ? String(start.checked) : start.value;
    return data;
  }

  // `source` is what was pressed: what stands in its form may be replaced by the answer.
  async function act(name, payload, page = pageName(), source = null) {
    const sent = sentBy(source);
    const answer = await window.fetch(`/act/${page}/${name}${location.search}`, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(payload),
      headers: { "content-type": "application/json", "x-csrf": csrf(), accept: "application/json" },
    });
    const reply = await answer.json();
    say(reply.notice || (reply.message ? noticeOf(reply.message) : ""));
    for (const [id, html] of Object.entries(reply.patches ?? {})) patch(id, html, sent);
    if (reply.address) history.replaceState(null, "", reply.address);
    // Later, so that the element that asked is no longer busy: leaving is not to be asked about then.
    if (reply.go) setTimeout(() => location.assign(reply.go));
    if (reply.reload) setTimeout(() => location.reload());
    return { ok: answer.ok, status: answer.status, ...reply };
  }

  function noticeOf(text) {
    const line = document.createElement("p");
    line.className = "notice error";
    line.setAttribute("role", "alert");
    line.textContent = text;
    return line.outerHTML;
  }

  const waiting = new WeakMap();
  const running = new WeakMap();

  // Acts of one element are sent one after the other, so that a later value never arrives before an earlier one.
  function sendAct(element) {
    const before = running.get(element) ?? Promise.resolve();
    element.classList.add("busy");
    const now = before.then(() => act(element.dataset.act, payloadOf(element), undefined, element)).then(
      (reply) => { element.classList.remove("busy"); element.classList.toggle("unsaved", !reply.ok); },
      () => { element.classList.remove("busy"); element.classList.add("unsaved"); },
    );
    running.set(element, now);
    return now;
  }

  function attach(element, trigger) {
    const agreed = (source) => !source.dataset.confirm || window.confirm(source.dataset.confirm);
    const fire = (source) => {
      if (!agreed(source)) return;
      const { confirm: _asked, ...data } = payloadOf(source);
      trigger("click", data);
    };
    element.addEventListener("click", (event) => {
      const source = event.target.closest("[data-action], [data-act]");
      if (!source || !element.contains(source) || source.matches("input:not([type=button]), select, textarea")) return;
      if (source.getAttribute("aria-disabled") === "true" || source.disabled) return;
      if (source.dataset.upload !== undefined) return;
      event.preventDefault();
      if (source.dataset.action) fire(source);
      else if (agreed(source)) sendAct(source);
    });
    element.addEventListener("change", (event) => {
      const source = event.target;
      if (source.closest("[data-own]")) return;
      if (source.matches("input[type=file][data-upload]")) { upload(source, fire); return; }
      if (source.dataset.act) { clearTimeout(waiting.get(source)); waiting.delete(source); sendAct(source); }
      else if (source.dataset.action) fire(source);
    });
    // data-typing: milliseconds of rest after which what is being typed is sent by the same act.
    element.addEventListener("input", (event) => {
      const source = event.target;
      if (source.closest("[data-own]")) return;
      if (!source.dataset.typing || !source.dataset.act) return;
      clearTimeout(waiting.get(source));
      waiting.set(source, setTimeout(() => { waiting.delete(source); sendAct(source); }, Number(source.dataset.typing)));
    });
    element.addEventListener("keydown", (event) => keys(element, event, fire));
    element.addEventListener("paste", (event) => pasteIntoGrid(event));
    for (const zone of ["dragover", "drop"]) {
      element.addEventListener(zone, (event) => {
        const box = event.target.closest(".drop");
        const input = box?.querySelector("input[type=file][data-upload]");
        if (!input) return;
        event.preventDefault();
        if (zone === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; upload(input, fire); }
      });
    }
    keepPlace(element);
  }

  // Keyboard: Enter and space press what looks like a button; data-keys="a:accept r:reject" on an item maps letters to its
  // actions; the arrows go through items, and through the cells of a table.
  function keys(element, event, fire) {
    const target = event.target;
    const typing = target.matches("input, textarea, select, [contenteditable=true]");
    if (target.closest("[data-grid]") && target.matches("input")) { moveInGrid(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!typing && (event.key === "Enter" || event.key === " ") && target.matches("[data-action]:not(button):not(a)")) {
      event.preventDefault();
      fire(target);
      return;
    }
    const item = target.closest("[data-item]");
    if (typing || !item) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      const items = [...element.querySelectorAll("[data-item]")].filter((each) => each.offsetParent);
      const next = items[items.indexOf(item) + step];
      if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
      return;
    }
    for (const pair of (item.dataset.keys ?? "").split(" ")) {
      const [key, action] = pair.split(":");
      if (key && key === event.key) {
        const button = item.querySelector(`[data-action="${CSS.escape(action)}"], [data-act="${CSS.escape(action)}"]`);
        if (button) { event.preventDefault(); button.click(); }
      }
    }
  }

  function moveInGrid(event) {
    const input = event.target;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] }[event.key]
      ?? (event.key === "ArrowLeft" && input.selectionEnd === 0 ? [0, -1] : undefined)
      ?? (event.key === "ArrowRight" && input.selectionStart === input.value.length ? [0, 1] : undefined);
    if (!step || event.isComposing || event.shiftKey || event.ctrlKey) return;
    event.preventDefault();
    const next = nearest(input, step);
    if (next) { next.focus(); next.select(); } else if (event.key === "Enter") input.blur();
  }

  // Cells are found by where they are on the page, because merged cells make rows of different lengths.
  function nearest(input, [down, right]) {
    const from = input.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const other of input.closest("[data-grid]").querySelectorAll("td input")) {
      const box = other.getBoundingClientRect();
      const along = down ? (box.top - from.top) * down : (box.left - from.left) * right;
      const aside = Math.abs(down ? box.left - from.left : box.top - from.top);
      if (other === input || along < 4 || aside > (down ? from.width : from.height) * 0.6) continue;
      if (along + aside * 4 < least) { least = along + aside * 4; best = other; }
    }
    return best;
  }

  // A block copied from a spreadsheet goes into the cells it covers, row by row from the one that has the focus.
  function pasteIntoGrid(event) {
    const input = event.target.closest?.("[data-grid] td input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!input || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let start = input;
    for (const line of text.replace(/\r/g, "").replace(/\n$/, "").split("\n")) {
      let cell = start;
      for (const value of line.split("\t")) {
        if (!cell) break;
        cell.value = value.trim();
        cell.dispatchEvent(new Event("change", { bubbles: true }));
        cell = nearest(cell, [0, 1]);
      }
      start = start && nearest(start, [1, 0]);
      if (!start) break;
    }
  }

  // Gradio replaces the content when a value comes: focus, caret and scrolled boxes are put back.
  function keepPlace(element) {
    let focus = "";
    const scrolled = new Map();
    element.addEventListener("focusin", (event) => { focus = event.target.id || ""; });
    element.addEventListener("focusout", (event) => { if (event.relatedTarget) focus = ""; });
    element.addEventListener("scroll", (event) => {
      if (event.target.dataset?.scroll) scrolled.set(event.target.dataset.scroll, [event.target.scrollTop, event.target.scrollLeft]);
    }, true);
    new MutationObserver(() => {
      for (const box of element.querySelectorAll("[data-scroll]")) {
        const place = scrolled.get(box.dataset.scroll);
        if (place && !box.scrollTop && !box.scrollLeft) [box.scrollTop, box.scrollLeft] = place;
      }
      if (focus && document.activeElement === document.body) document.getElementById(focus)?.focus({ preventScroll: true });
      const wanted = element.querySelector("[data-focus]");
      if (wanted && !wanted.dataset.focused) { wanted.dataset.focused = "yes"; wanted.focus(); wanted.scrollIntoView({ block: "nearest" }); }
    }).observe(element, { childList: true, subtree: true });
  }

  // Sends the chosen file to our own route with a bar, then tells the page by the input's action, with the upload's id.
  function upload(input, fire) {
    const file = input.files[0];
    if (!file) return;
    const limit = Number(input.dataset.limit || 0);
    const box = input.closest(".drop") ?? input.parentElement;
    const bar = box.querySelector("progress") ?? box.appendChild(document.createElement("progress"));
    const fail = (text) => { bar.remove(); input.value = ""; input.disabled = false; say(noticeOf(text)); };
    if (limit && file.size > limit) { fail(`文件超过 ${Math.floor(limit / 1048576)} MB 上限，没有上传。`); return; }
    const request = new XMLHttpRequest();
    request.open("POST", input.dataset.unit ? `/upload?unit=${encodeURIComponent(input.dataset.unit)}` : "/upload");
    request.setRequestHeader("x-csrf", csrf());
    request.setRequestHeader("x-who", meta("who")?.content ?? "");
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.setRequestHeader("content-type", "application/octet-stream");
    bar.max = file.size || 1;
    bar.setAttribute("aria-label", "上传进度");
    input.disabled = true;
    request.upload.onprogress = (event) => { bar.value = event.loaded; };
    request.onerror = () => fail("上传中断，文件没有收下。请再上传一次。");
    request.onload = () => {
      if (renew(request.getResponseHeader("x-csrf-now"))) { input.disabled = false; upload(input, fire); return; }
      let reply = {};
      try { reply = JSON.parse(request.responseText); } catch { /* told below */ }
      if (request.status !== 200) { fail(reply.message ?? "文件没有收下。请再上传一次。"); return; }
      input.disabled = false;
      bar.removeAttribute("value");
      input.dataset.id = reply.id;
      input.dataset.name = reply.name;
      input.value = "";
      if (input.dataset.go) { location.assign(input.dataset.go.replace("{id}", encodeURIComponent(reply.id))); return; }
      fire(input);
    };
    request.send(file);
  }

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.user[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of document.querySelectorAll("details.user[open]")) menu.open = false;
  });
  // Gradio's pages name a base address, so that a link within the page would leave it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const goal = link.getAttribute("href");
    location.hash = goal;
    document.getElementById(decodeURIComponent(goal.slice(1)))?.focus({ preventScroll: true });
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector(".unsaved, .busy")) event.preventDefault();
  });

  window.assistant = { attach, act, patch, say, nearest };
})();
