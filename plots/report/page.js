// The page is complete without this script. With it tables sort, candidates can be
// picked, and the sliders look up the money that the page carries as JSON. The script
// computes nothing: every number and every sentence was written by the report. What
// comes from the data enters the page as text and never as markup.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Tables: a click on a header sorts, a second turns the order, a third restores it.

  // keyOf is what a cell sorts by: its first line as a number where it is one. A cell
  // that says nothing comes last in either direction.
  const keyOf = (cell) => {
    const text = cell?.firstChild?.textContent.trim() ?? "";
    const digits = text.replace(/^[~\u003c]\s*/, "").replace(/\s*(%|pp)$/, "").replaceAll(",", "").replace("\u2212", "-");
    if (/^[-+]?\d+(\.\d+)?$/.test(digits)) return { rank: 0, value: Number(digits) };
    return { rank: text === "" || text === "n/a" ? 2 : 1, value: text };
  };
  const ascending = (a, b) =>
    a.rank === 0 ? a.value - b.value : a.value.localeCompare(b.value, "en", { numeric: true });

  // arrange puts the rows of a table in the order that its headers announce; the total
  // stays at the foot.
  const arrange = (table, inReportOrder) => {
    const heads = [...table.tHead.rows[0].cells];
    const column = heads.findIndex((th) => th.ariaSort);
    const rows = [...inReportOrder];
    if (column >= 0) {
      const turn = heads[column].ariaSort === "descending" ? -1 : 1;
      const keys = new Map(rows.map((row) => [row, keyOf(row.cells[column])]));
      rows.sort((a, b) => {
        const x = keys.get(a), y = keys.get(b);
        return x.rank - y.rank || turn * ascending(x, y);
      });
    }
    const foot = rows.filter((row) => row.classList.contains("total"));
    table.tBodies[0].append(...rows.filter((row) => !foot.includes(row)), ...foot);
  };

  // next is the order after a click. Figures start with the largest, which is what a
  // reader looks for; words start with A.
  const next = (th) => {
    const order = th.classList.contains("figure") ? ["descending", "ascending"] : ["ascending", "descending"];
    return order[order.indexOf(th.ariaSort) + 1] ?? null;
  };

  const sorted = new Map(); // table: how to restore the order that was asked for
  for (const table of all("main table")) {
    const rows = [...table.tBodies[0].rows];
    if (2 > rows.length) continue;
    sorted.set(table, () => arrange(table, rows));
    for (const th of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener("click", () => {
        const order = next(th);
        for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
        th.ariaSort = order;
        sorted.get(table)();
      });
    }
  }

  // Candidates: rows, columns and marks of those not picked are hidden, on paper too, and the
  // page says so. Rows and columns carry the number of a candidate, marks in charts its name.

  const picker = document.getElementById("picker");
  if (picker) {
    const boxes = all("input", picker);
    const pick = () => {
      const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      for (const row of all("tr[data-candidate]")) row.hidden = !shown.has(row.dataset.candidate);
      for (const th of all("th[data-candidate]")) {
        for (const row of th.closest("table").rows) row.cells[th.cellIndex].hidden = !shown.has(th.dataset.candidate);
      }
      const drawn = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.series));
      for (const marks of all("svg [data-candidate]")) marks.toggleAttribute("hidden", !drawn.has(marks.dataset.candidate));
      const left = boxes.length - shown.size;
      document.getElementById("picked").textContent =
        left === 0 ? "" : `Tables and charts show ${shown.size} of ${boxes.length} candidates; axes stay as they are.`;
    };
    picker.addEventListener("change", pick);
    picker.hidden = false;
    pick(); // a browser may restore boxes when it reloads
  }

  // Money: the sliders choose a position in the values of the page.

  const trial = document.getElementById("trial");
  if (trial) {
    const money = JSON.parse(document.getElementById("trial-values").textContent);
    const sliders = all("input", trial), table = trial.querySelector("table");
    const fill = (td, [value, interval]) => {
      td.textContent = value;
      if (!interval) return;
      const span = document.createElement("span");
      span.className = "interval";
      span.textContent = interval;
      td.append(" ", span);
    };
    const move = () => {
      let position = 0;
      money.controls.forEach((control) => {
        const slider = sliders.find((input) => input.id === control.id);
        const at = slider ? Number(slider.value) : 0;
        position = position * control.options.length + at;
        if (!slider) return;
        slider.ariaValueText = control.options[at];
        document.getElementById(control.id + "-chosen").textContent = control.options[at];
      });
      for (const row of table.tBodies[0].rows) {
        money.rows[row.dataset.candidate][position].forEach((cell, i) => fill(row.cells[i + 1], cell));
      }
      document.getElementById("trial-said").textContent = money.said[position];
      sorted.get(table)?.();
    };
    trial.addEventListener("input", move);
    trial.hidden = false;
    move();
  }

  // Paper has no fold-outs. What is folded, and what is marked as an aside, moves to an
  // appendix for the printer and back again, so that the pages before it are those that a
  // meeting needs. Each section says what of it stands there.

  const appendix = document.getElementById("appendix");
  let moved = []; // what was moved, the place that it left, and whether it was open
  let added = []; // headings and pointers for paper only
  const add = (parent, tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    added.push(element);
    return element;
  };
  const nameOf = (aside) => aside.dataset.aside ?? aside.querySelector("summary").textContent;

  window.addEventListener("beforeprint", () => {
    for (const section of all("main > section:not(#appendix)")) {
      const asides = all(":scope > [data-aside], :scope > details", section);
      if (asides.length === 0) continue;
      add(appendix, "h3", section.querySelector("h2").textContent);
      for (const aside of asides) {
        const place = document.createComment("");
        aside.replaceWith(place);
        appendix.append(aside);
        moved.push({ aside, place, open: aside.open });
        if (aside.open === false) aside.open = true;
      }
      add(section, "p", `In the appendix: ${asides.map(nameOf).join("; ")}.`).className = "note";
    }
    appendix.hidden = moved.length === 0;
  });
  window.addEventListener("afterprint", () => {
    for (const { aside, place, open } of moved) {
      place.replaceWith(aside);
      if (open === false) aside.open = false;
    }
    for (const element of added) element.remove();
    [moved, added] = [[], []];
    appendix.hidden = true;
  });
})();
