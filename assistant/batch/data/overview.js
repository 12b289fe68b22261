"use strict";
(() => {
  const table = document.getElementById("units");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const status = document.getElementById("units-status");
  const value = (row, column) => {
    const cell = row.cells[column];
    const sort = cell.dataset.sort;
    return sort === undefined ? cell.textContent : sort;
  };
  const compare = (column, numeric, down) => (one, other) => {
    const first = value(one, column);
    const second = value(other, column);
    if (first === "" || second === "") return (first === "") - (second === "");
    const order = numeric ? Number(first) - Number(second) : first.localeCompare(second, "zh");
    return down ? -order : order;
  };
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.dataset.type === "number";
      const now = head.getAttribute("aria-sort");
      const down = now === null ? numeric : now === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort(compare(column, numeric, down));
      body.append(...rows);
    });
  });
  const search = document.getElementById("units-search");
  const state = document.getElementById("units-state");
  const filter = () => {
    const wanted = search.value.trim();
    let shown = 0;
    for (const row of rows) {
      const fits = (!wanted || row.textContent.includes(wanted)) && (!state.value || row.dataset.state === state.value);
      row.hidden = !fits;
      shown += fits;
    }
    status.textContent = `显示 ${shown} 个，共 ${rows.length} 个`;
  };
  search.addEventListener("input", filter);
  state.addEventListener("change", filter);
  document.getElementById("units-filter").hidden = false;
  filter();
})();
