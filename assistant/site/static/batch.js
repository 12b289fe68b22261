"use strict";
// Hands files in one after the other, and brings the overview's own table to life once it is on the page.
(() => {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/run/overview.css";
  document.head.append(style);

  new MutationObserver(() => {
    const found = document.querySelector("[data-overview]:not([data-live])");
    if (!found || !found.querySelector("#units")) return;
    found.dataset.live = "yes";
    const script = document.createElement("script");
    script.src = "/run/overview.js";
    document.head.append(script);
  }).observe(document.documentElement, { childList: true, subtree: true });

  const csrf = () => document.querySelector('meta[name="csrf"]').content;
  const line = (text, error) => {
    const told = document.createElement("p");
    told.className = error ? "notice error" : "hint";
    told.textContent = text;
    return told;
  };

  async function handIn(input, files) {
    const told = input.closest("[data-own]").querySelector(".told");
    const bar = document.createElement("progress");
    bar.max = files.length;
    bar.value = 0;
    bar.setAttribute("aria-label", "上传进度");
    const now = line("");
    told.replaceChildren(bar, now);
    input.disabled = true;
    let kept = 0;
    for (const file of files) {
      now.textContent = `正在上传 ${file.name}（${bar.value + 1}/${files.length}）`;
      try {
        const answer = await window.fetch(input.dataset.runFiles, {
          method: "POST", credentials: "same-origin", body: file,
          headers: { "x-csrf": csrf(), "x-file-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" },
        });
        const reply = await answer.json();
        if (answer.ok) { kept += reply.kept; for (const each of reply.left) told.append(line(each, true)); }
        else told.append(line(reply.message, true));
      } catch {
        told.append(line(`${file.name}：上传中断，文件没有收下。请再上传一次。`, true));
      }
      bar.value += 1;
    }
    bar.remove();
    now.textContent = `收下 ${kept} 个文件。`;
    input.disabled = false;
    input.value = "";
    await window.assistant.act("files", {});
  }

  const inputOf = (target) => target.closest?.(".drop")?.querySelector("input[data-run-files]");
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-run-files]") && event.target.files.length) handIn(event.target, [...event.target.files]);
  });
  document.addEventListener("dragover", (event) => { if (inputOf(event.target)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const input = inputOf(event.target);
    if (!input || !event.dataTransfer.files.length) return;
    event.preventDefault();
    handIn(input, [...event.dataTransfer.files]);
  });
})();
