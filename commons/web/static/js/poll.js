// Every few seconds, while the tab is looked at: tell the page to ask whether anything is new (htmx does the asking).
(() => {
  "use strict";
  const every = 4000; // milliseconds
  const rest = 15 * 60 * 1000; // without a touch of the person: stop asking, so that the session can end
  let touched = Date.now();
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { touched = Date.now(); });
  let turn = 0;
  const tick = () => {
    turn += 1;
    if (document.body.dataset.stream === "open" && turn % 3) return; // the stream tells at once: asking is a second way
    if (!document.hidden && Date.now() - touched < rest && window.htmx) window.htmx.trigger(document.body, "pv-poll");
  };
  window.setInterval(tick, every);
  document.addEventListener("visibilitychange", tick);

  // A file that came or went while its page was open: show the page anew. There is no form on it that could be lost.
  // One that has arrived waits for the person's own key: loading the page would call it opened, and nobody may be there.
  document.body.addEventListener("htmx:afterSettle", () => {
    const before = document.querySelector(".pv-filehead [data-state]")?.dataset.state;
    const now = document.querySelector("[data-page-state]")?.dataset.pageState;
    if (before && now && before !== now && now !== "tray") window.location.reload();
  });

  // Where somebody writes, nothing is shown anew: what was typed would go.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const written = [...event.detail.target.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), textarea")];
    if (event.detail.target.id === "rows" && written.some((field) => field === document.activeElement || field.value !== field.defaultValue)) event.detail.shouldSwap = false;
  });

  const away = document.getElementById("logged-out");
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 && away) away.hidden = false;
  });
})();
