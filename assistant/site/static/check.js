"use strict";
// Shows the findings of one severity without checking again; the address says which.
(() => {
  const show = (link) => {
    const root = link.closest(".checked");
    const kind = link.dataset.kind;
    root.dataset.show = kind;
    for (const other of link.parentElement.querySelectorAll("a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
    const shown = [...root.querySelectorAll(".finding")].filter((each) => kind === "all" || each.classList.contains(kind)).length;
    const none = root.querySelector(".none");
    if (none) none.hidden = shown > 0;
    document.getElementById("check-told").textContent = `显示 ${shown} 条意见`;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".checked .filters a[data-kind]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
})();
