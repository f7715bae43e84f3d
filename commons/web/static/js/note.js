// The yellow note: saved by itself while it is written in the editor (editor.js, which must come before).
(() => {
  "use strict";
  const form = document.querySelector("form[data-yellow]");
  if (!form) return;
  const { editor } = form;
  const { write } = editor;
  const saved = form.querySelector("[data-saved]");
  const trouble = form.querySelector("[data-trouble]");
  const html = form.elements.html;
  const version = form.elements.version;
  const wait = 1200; // milliseconds of quiet before a save
  let timer = 0;
  let clean = "";
  let busy = null;
  let said = saved.textContent; // of the last save
  let stopped = false; // a conflict or a log-out stands: keep the text, save no more by itself

  // ----- saving -----
  const show = (words) => { saved.textContent = words; };
  const hold = (problem) => {
    stopped = true;
    trouble.querySelector("[data-what]").textContent = problem.what;
    trouble.querySelector("[data-do-now]").textContent = problem.now;
    trouble.querySelector("[data-mine]").hidden = problem.code !== "yellow_changed";
    trouble.querySelector("[data-login]").hidden = !["logged_out", "csrf"].includes(problem.code);
    trouble.hidden = false;
    show(form.dataset.unsaved);
  };
  const stash = `pv-yellow ${form.dataset.employee} ${form.action}`;
  const save = async () => {
    window.clearTimeout(timer);
    if (busy) await busy;
    const text = editor.read();
    html.value = text;
    if (text === clean && !stopped) show(said);
    if (text === clean || stopped) return !stopped;
    show(form.dataset.saving);
    let done = false;
    busy = (async () => {
      try {
        const answer = await fetch(form.action, {
          method: "POST", credentials: "same-origin", keepalive: text.length < 60000,
          headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF": form.elements.csrf.value },
          body: JSON.stringify({ html: text, version: Number(version.value) }),
        });
        const body = await answer.json();
        if (answer.ok) {
          clean = text;
          version.value = body.version;
          said = body.words;
          show(said);
          done = true;
          return;
        }
        if (body.saved_version !== undefined) trouble.dataset.version = body.saved_version;
        if (["logged_out", "csrf"].includes(body.code)) window.sessionStorage.setItem(stash, JSON.stringify({ text, version: version.value }));
        hold(body);
      } catch {
        show(form.dataset.unreachable);
        timer = window.setTimeout(save, 5000);
      }
    })();
    await busy;
    busy = null;
    return done;
  };
  const later = () => {
    if (stopped) return;
    show(form.dataset.typing);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };

  // ----- start -----
  clean = editor.read();
  const kept = window.sessionStorage.getItem(stash);
  if (kept) {
    window.sessionStorage.removeItem(stash);
    const found = JSON.parse(kept);
    if (found.version === version.value) {
      editor.set(found.text);
      later();
    }
  }
  write.addEventListener("pv-edited", later);
  write.addEventListener("blur", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => { if (editor.read() !== clean && !form.dataset.leaving) { save(); event.preventDefault(); } });
  // Leaving the editor for a button has begun to save already: the form follows with the version that this save gives.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) { form.dataset.leaving = "1"; return; }
    event.preventDefault();
    if (form.dataset.leaving) return;
    form.dataset.leaving = "1";
    const button = event.submitter;
    const safe = await save();
    delete form.dataset.leaving;
    if (!safe && button?.dataset.verb !== "discard-yellow") return;
    form.dataset.ready = "1";
    window.setTimeout(() => form.requestSubmit(button)); // not while this event is still being told
  });
  trouble.querySelector("[data-mine]").addEventListener("click", () => {
    version.value = trouble.dataset.version;
    stopped = false;
    trouble.hidden = true;
    clean = "";
    save();
  });

  // Other forms of the page act on the file: the note is saved before they go.
  for (const other of document.querySelectorAll("form[data-after-note]")) {
    other.addEventListener("submit", async (event) => {
      if (other.dataset.ready || editor.read() === clean) { form.dataset.leaving = "1"; return; }
      event.preventDefault();
      const button = event.submitter;
      if (await save()) { other.dataset.ready = "1"; form.dataset.leaving = "1"; other.requestSubmit(button); }
    });
  }

  // A link to a page of the correspondence loads the page anew: what is written is saved before.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.shiftKey || editor.read() === clean) return;
    event.preventDefault();
    if (await save()) { form.dataset.leaving = "1"; window.location.assign(link.href); }
  });
})();
