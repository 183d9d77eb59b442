"use strict";
// Sorts and searches tables, and links rows, map outlines and chart points of one zone. No library, no network.
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const number = (text) => {
    const plain = text.replace(/,/g, "").replace("\u2212", "-").trim();
    return plain === "" || isNaN(plain) ? null : Number(plain);
  };

  // Points of the charts carry their zone in their id.
  all("svg.chart [id^='zone-']").forEach((point) => point.setAttribute("data-zone", point.id.slice(5)));

  const parts = new Map();
  all("[data-zone]").forEach((part) => {
    const zone = part.getAttribute("data-zone");
    parts.set(zone, [...(parts.get(zone) || []), part]);
  });
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  let lit = null;
  const light = (zone) => {
    if (zone === lit) return;
    (parts.get(lit) || []).forEach((part) => part.classList.remove("lit"));
    (parts.get(zone) || []).forEach((part) => part.classList.add("lit"));
    lit = zone;
  };
  const show = (event) => {
    const part = event.target.closest && event.target.closest("[data-zone]");
    light(part ? part.getAttribute("data-zone") : null);
    const title = part && part.querySelector("title");
    tip.hidden = !title;
    if (!title) return;
    tip.textContent = title.textContent;
    const box = part.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(box.left + box.width / 2, innerWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, box.top - tip.offsetHeight - 4)}px`;
  };
  document.addEventListener("mouseover", show);
  document.addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { light(null); tip.hidden = true; }
  });

  const sortBy = (table, column, head) => {
    const downwards = head.getAttribute("aria-sort") === "ascending";
    all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", downwards ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = Array.from(body.rows, (row) => {
      const text = row.cells[column] ? row.cells[column].textContent : "";
      return { row, text, value: number(text), sum: row.classList.contains("sum") };
    });
    keyed.sort((a, b) => {
      if (a.sum !== b.sum) return a.sum ? 1 : -1;
      if ((a.text === "") !== (b.text === "")) return a.text === "" ? 1 : -1;
      const step = a.value !== null && b.value !== null ? a.value - b.value : a.text.localeCompare(b.text, document.documentElement.lang);
      return downwards ? -step : step;
    });
    body.append(...keyed.map((item) => item.row));
  };

  all(".wide > table:not(.matrix)").forEach((table) => {
    const rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 5 || !table.tHead) return;
    all("th", table.tHead).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.title = WORDS.sort.replace("{column}", button.textContent);
      head.append(button);
      button.addEventListener("click", () => sortBy(table, column, head));
    });
    if (rows.length < 12) return;
    const field = document.createElement("input");
    const empty = document.createElement("p");
    field.type = "search";
    field.placeholder = WORDS.search;
    field.setAttribute("aria-label", WORDS.search);
    empty.className = "note";
    empty.setAttribute("role", "status");
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase();
      let found = 0;
      rows.forEach((row) => {
        row.hidden = wanted !== "" && !row.textContent.toLocaleLowerCase().includes(wanted);
        found += row.hidden ? 0 : 1;
      });
      empty.textContent = found ? "" : WORDS.none;
    });
    table.parentElement.before(field);
    table.parentElement.after(empty);
  });
})();
