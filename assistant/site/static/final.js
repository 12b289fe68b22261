"use strict";
// A file that has just been made is fetched at once.
(() => {
  new MutationObserver(() => {
    const link = document.querySelector("#final [data-fetch]");
    if (!link) return;
    delete link.dataset.fetch;
    link.click();
  }).observe(document.body, { childList: true, subtree: true });
})();
