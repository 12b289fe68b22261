"use strict";
// Replaces pieces of the page without touching what somebody is writing in them. See docs/site.md.
(() => {
  const FIELDS = "input:not([type=file], [type=button]), select, textarea";
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const valueOf = (field) => (ticked(field) ? field.checked : field.value);
  const isOwn = (field, sent) => sent?.has(field) ?? false;

  // What the fields around an element held when its act was sent: an answer may replace these, and no newer ones.
  function sentBy(element) {
    const scope = element?.closest("[data-form], .para, #panel");
    return new Map([...(scope?.querySelectorAll(FIELDS) ?? [])].map((field) => [field, valueOf(field)]));
  }

  function changed(field, sent) {
    if (isOwn(field, sent)) return valueOf(field) !== sent.get(field);
    if (ticked(field)) return field.checked !== field.defaultChecked;
    if (field.matches("select")) {
      const first = [...field.options].find((each) => each.defaultSelected) ?? field.options[0];
      return field.value !== (first?.value ?? "");
    }
    return field.value !== field.defaultValue;
  }

  const byId = (fresh, id) => (id ? fresh.getElementById(id) : null);

  function counterpart(fresh, field) {
    if (field.id) return byId(fresh, field.id);
    const around = byId(fresh, field.closest("[id]")?.id);
    const same = (each) => each.name === field.name && (!ticked(field) || each.value === field.value);
    return [...(around?.querySelectorAll(FIELDS) ?? [])].find(same) ?? null;
  }

  // The nearest piece around a field that the new content has too, so that it can stay as a whole.
  function pieceAround(old, fresh, field) {
    for (let each = field.parentElement; each && each !== old; each = each.parentElement) if (byId(fresh, each.id)) return each;
    return null;
  }

  // Carries what is being written into the new content. False: it has no place for it, so the old content should stay.
  function carry(old, fresh, sent) {
    const kept = new Set();
    for (const field of old.querySelectorAll(FIELDS)) {
      const editor = field.matches("[data-edit]") && !isOwn(field, sent);
      if ((!editor && !changed(field, sent)) || [...kept].some((piece) => piece.contains(field))) continue;
      const other = counterpart(fresh, field);
      if (other) {
        if (ticked(field)) other.checked = field.checked; else other.value = field.value;
        continue;
      }
      const piece = pieceAround(old, fresh, field);
      if (piece) { byId(fresh, piece.id).replaceWith(piece); kept.add(piece); } else if (editor) return false;
    }
    for (const box of [old, ...old.querySelectorAll("details")]) {
      if (!box.matches("details[open]")) continue;
      const fields = [...box.querySelectorAll(FIELDS)];
      const done = fields.some((field) => isOwn(field, sent)) && !fields.some((field) => changed(field, sent));
      const other = byId(fresh, box.id);
      if (other && !done) other.open = true;
    }
    return true;
  }

  // Replaces an element; focus and caret stay. `sent` (see sentBy) tells what may go; without it everything may.
  function patch(id, html, sent = null) {
    const old = document.getElementById(id);
    if (!old) return;
    const active = document.activeElement;
    const focused = old.contains(active) ? active.id : "";
    const typed = focused && "selectionStart" in active ? [active.value, active.selectionStart, active.selectionEnd] : null;
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    if (sent && !carry(old, holder.content, sent)) return;
    old.replaceWith(holder.content);
    const again = focused && document.getElementById(focused);
    if (!again || again === document.activeElement) return;
    if (typed && !sent) again.value = typed[0];
    again.focus({ preventScroll: true });
    if (typed && typed[1] !== null) again.setSelectionRange(typed[1], typed[2]);
  }

  window.assistantPatching = { patch, sentBy };
})();
