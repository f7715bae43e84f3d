// Menus of an editor: standard phrases, and references to pages and paragraphs. A button with data-menu opens the panel
// of that id; its field filters; arrows walk; Enter or a click puts the words in where the caret was; Esc goes back.
(() => {
  "use strict";
  for (const place of document.querySelectorAll("[data-editor]")) {
    const form = place.closest("form");
    if (!form.editor) continue;
    const openers = [...place.querySelectorAll("[data-menu]")];
    const panelOf = (button) => document.getElementById(button.dataset.menu);
    const close = (button, back) => {
      panelOf(button).hidden = true;
      button.setAttribute("aria-expanded", "false");
      if (back) form.editor.focus();
    };
    for (const button of openers) {
      const panel = panelOf(button);
      const field = panel.querySelector("input[type=search]");
      const none = panel.querySelector("[data-none]");
      const choices = () => [...panel.querySelectorAll("[data-insert]")].filter((one) => one.getClientRects().length);
      const filter = () => {
        const words = (field?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const item of panel.querySelectorAll("li")) {
          item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
          if (!item.hidden) shown += 1;
        }
        if (none) none.hidden = shown > 0;
      };
      button.addEventListener("click", () => {
        const opening = panel.hidden;
        for (const other of openers) close(other, false);
        if (!opening) { form.editor.focus(); return; }
        panel.hidden = false;
        button.setAttribute("aria-expanded", "true");
        if (field) { field.value = ""; filter(); field.focus(); } else choices()[0]?.focus();
        panel.scrollIntoView({ block: "nearest" });
      });
      field?.addEventListener("input", filter);
      panel.addEventListener("click", (event) => {
        const choice = event.target.closest("[data-insert]");
        if (!choice) return;
        close(button, false);
        form.editor.insert(choice.dataset.insert);
      });
      panel.addEventListener("keydown", (event) => {
        if (event.isComposing) return;
        const all = choices();
        const at = all.indexOf(document.activeElement);
        if (event.code === "Escape") { event.preventDefault(); event.stopPropagation(); close(button, true); }
        if (event.code === "ArrowDown") { event.preventDefault(); all[Math.min(at + 1, all.length - 1)]?.focus(); }
        if (event.code === "ArrowUp") { event.preventDefault(); if (at > 0) all[at - 1].focus(); else field?.focus(); }
        if ((event.code === "Enter" || event.code === "NumpadEnter") && document.activeElement === field) { event.preventDefault(); all[0]?.click(); }
      });
    }
  }
})();
