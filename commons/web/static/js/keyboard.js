// The keyboard from end to end. Controls carry data-key ("F4", "Alt+KeyN", "Ctrl+Enter"); lists carry data-list.
// Keys are compared by event.code: letters move on a Hindi layout, places do not.
(() => {
  "use strict";
  const typing = (node) => node instanceof Element && node.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
  const named = (event) => {
    const parts = [];
    if (event.ctrlKey) parts.push("Ctrl");
    if (event.altKey) parts.push("Alt");
    parts.push(event.code === "NumpadEnter" ? "Enter" : event.code);
    return parts.join("+");
  };
  const alone = (event) => !event.ctrlKey && !event.altKey && !event.metaKey;
  let here = null; // file of the row that the keyboard is on

  const rows = () => [...document.querySelectorAll("[data-list] tr[data-file]")];
  const mark = (row, scroll) => {
    for (const one of rows()) one.classList.toggle("is-here", one === row);
    here = row?.dataset.file ?? null;
    if (!row) return;
    for (const link of document.querySelectorAll("[data-for-row]")) link.value = here;
    if (scroll) row.scrollIntoView({ block: "nearest" });
  };
  const current = () => rows().find((row) => row.dataset.file === here);
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    mark(all[Math.min(Math.max(at + step, 0), all.length - 1)], true);
  };
  const settle = () => {
    const row = current() ?? rows()[0];
    if (row) mark(row, false);
  };
  document.body.addEventListener("htmx:afterSettle", settle);
  settle();

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-list] tr[data-file]");
    if (row) mark(row, false);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-all]")) return;
    const boxes = rows().map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
    const every = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
  });

  const help = document.getElementById("keys");
  const inList = (event) => {
    if (!rows().length || typing(event.target) || event.target.closest("a, button, summary, dialog")) return false;
    if (event.code === "ArrowDown") { move(1); return true; }
    if (event.code === "ArrowUp") { move(-1); return true; }
    if (event.code === "Space") { const box = current()?.querySelector("input[type=checkbox]"); box?.click(); return Boolean(box); }
    if (event.code === "Enter" || event.code === "NumpadEnter") { current()?.querySelector("a.subject")?.click(); return Boolean(current()); }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat && !event.code.startsWith("Arrow")) return;
    if (help?.open) return; // the dialog answers Esc by itself
    if (event.code === "F2" && alone(event)) {
      event.preventDefault();
      if (help) help.showModal(); else window.location.assign("/help");
      return;
    }
    if (event.code === "Slash" && alone(event) && !event.shiftKey && !typing(event.target)) {
      const search = document.querySelector("[role=search] input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if (event.code === "Escape" && typing(event.target)) { event.target.blur(); return; }
    const key = named(event);
    const control = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => one.getClientRects().length);
    if (control) {
      event.preventDefault();
      if (control.matches("[data-focus]")) document.getElementById(control.dataset.focus)?.focus();
      else control.click();
      return;
    }
    if (alone(event) && inList(event)) event.preventDefault();
  });
})();
