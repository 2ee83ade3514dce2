"use strict";
// Nothing here is needed to read the page: it switches the language, sorts, filters, and shows what a figure is made of.
(() => {
  const root = document.documentElement;
  const memory = {
    get: () => { try { return localStorage.getItem("motcua-language"); } catch { return null; } },
    set: (language) => { try { localStorage.setItem("motcua-language", language); } catch { /* private browsing forgets it */ } },
  };

  // Numbers stand as Vietnamese readers write them; in English points and commas change places.
  const turn = (text) => text.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
  const turnNumbers = () => document.querySelectorAll(".n").forEach((place) => place.childNodes.forEach((node) => {
    if (node.nodeType === Node.TEXT_NODE) node.data = turn(node.data);
  }));
  const speak = (language) => {
    if (language !== "vi" && language !== "en") return;
    if (language !== root.lang) {
      root.lang = language;
      turnNumbers();
    }
    document.querySelectorAll("[data-language]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.language === language)));
  };

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { null: "ascending", ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
        table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
        if (next) head.setAttribute("aria-sort", next);
        const sign = next === "descending" ? -1 : 1;
        const key = (row) => {
          const cell = row.cells[column];
          if (cell.dataset.value === undefined) return "numeric" in head.dataset ? null : plain(cell.textContent.trim());
          return "numeric" in head.dataset ? Number(cell.dataset.value) : cell.dataset.value;
        };
        // What has no value stays below, whichever way the others go.
        const sorted = next ? [...original].sort((a, b) => {
          const [x, y] = [key(a), key(b)];
          if (x === null || y === null) return (x === null) - (y === null);
          return sign * (typeof x === "number" ? x - y : x.localeCompare(y, "vi", { numeric: true }));
        }) : original;
        body.append(...sorted);
      });
    });
  };

  const makeFilter = (form) => {
    const rows = [...document.getElementById(form.dataset.filters).tBodies[0].rows];
    const apply = () => {
      const asked = plain(form.elements.text.value.trim());
      const kind = form.elements.kind.value;
      let shown = 0;
      rows.forEach((row) => {
        row.hidden = !plain(row.cells[0].textContent).includes(asked)
          || (kind !== "" && row.dataset.kind !== kind)
          || (form.elements.missed.checked && !("missed" in row.dataset));
        shown += !row.hidden;
      });
      form.querySelector("[data-shown]").textContent = String(shown);
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();
  };

  const makeNotes = () => {
    const tip = document.getElementById("tip");
    let owner = null;
    const hide = () => {
      owner?.removeAttribute("aria-describedby");
      owner = null;
      tip.hidden = true;
    };
    const show = (figure) => {
      if (figure === owner) return;
      hide();
      owner = figure;
      const made = document.getElementById(figure.dataset.note).cloneNode(true);
      tip.replaceChildren(...made.childNodes);
      figure.querySelectorAll(".fraction, .flag").forEach((part) => tip.append(part.cloneNode(true)));
      tip.hidden = false;
      figure.setAttribute("aria-describedby", "tip");
      const box = figure.getBoundingClientRect();
      const left = Math.min(box.left, root.clientWidth - tip.offsetWidth - 8);
      const above = box.bottom + tip.offsetHeight + 8 > root.clientHeight && box.top > tip.offsetHeight + 8;
      tip.style.left = `${Math.max(left, 8) + scrollX}px`;
      tip.style.top = `${(above ? box.top - tip.offsetHeight - 4 : box.bottom + 4) + scrollY}px`;
    };
    const find = (event) => (event.target instanceof Element ? event.target.closest("[data-note]") : null);
    document.addEventListener("mouseover", (event) => {
      const figure = find(event);
      if (figure) show(figure);
      else if (owner && !tip.contains(event.target) && owner !== document.activeElement) hide();
    });
    document.addEventListener("focusin", (event) => (find(event) ? show(find(event)) : hide()));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  };

  // Before the body is drawn, so that nobody sees the other language first.
  const remembered = memory.get();
  if (remembered === "en") root.lang = "en";
  document.addEventListener("DOMContentLoaded", () => {
    if (root.lang === "en") turnNumbers();
    document.querySelector(".languages").hidden = false;
    document.querySelectorAll("[data-language]").forEach((button) => button.addEventListener("click", () => {
      speak(button.dataset.language);
      memory.set(button.dataset.language);
    }));
    speak(root.lang);
    document.querySelectorAll("[data-sortable]").forEach(makeSortable);
    document.querySelectorAll("[data-filters]").forEach(makeFilter);
    makeNotes();
    // A link to a figure inside closed details opens them.
    const open = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details")?.setAttribute("open", "");
    addEventListener("hashchange", open);
    open();
  });
})();
