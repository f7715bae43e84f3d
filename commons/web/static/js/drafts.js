// A draft's form: saved by itself while it is written. What it leaves unsaved, the buttons save; they work alone too.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft-form]");
  if (!form) return;
  const saved = form.querySelector("[data-saved]");
  const trouble = form.querySelector("[data-trouble]");
  const version = form.elements.version;
  const wait = 1500; // milliseconds of quiet before a save
  let timer = 0;
  let busy = null;
  let stopped = false; // a conflict or a refusal stands: the text is kept, nothing is saved by itself

  const read = () => {
    if (form.editor) form.elements.html.value = form.editor.read();
    const data = new URLSearchParams(new FormData(form));
    data.delete("version");
    return data.toString();
  };
  let clean = read();
  const say = (words) => { saved.textContent = words; };
  const hold = (problem) => {
    stopped = true;
    trouble.querySelector("[data-what]").textContent = problem.what;
    trouble.querySelector("[data-do-now]").textContent = problem.now;
    trouble.hidden = false;
    if (problem.saved_version !== undefined) version.value = problem.saved_version; // the Save button keeps mine
    say(form.dataset.unsaved);
  };
  const save = async () => {
    window.clearTimeout(timer);
    if (busy) await busy;
    const text = read();
    if (stopped || text === clean) return;
    say(form.dataset.saving);
    busy = (async () => {
      try {
        const body = new URLSearchParams(text);
        body.set("version", version.value);
        const answer = await fetch(form.action, {
          method: "POST", credentials: "same-origin", body,
          headers: { Accept: "application/json", "X-CSRF": form.elements.csrf.value },
        });
        const told = await answer.json();
        if (!answer.ok) { hold(told); return; }
        clean = text;
        version.value = told.version;
        say(told.words);
      } catch {
        say(form.dataset.unreachable);
        timer = window.setTimeout(save, 5000);
      }
    })();
    await busy;
    busy = null;
  };
  const later = () => {
    if (stopped || read() === clean) return;
    say(form.dataset.typing);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("pv-edited", later);
  form.querySelector(".write")?.addEventListener("pv-edited", later);

  // A save under way has the version that the form needs: wait for it, then let the button go on.
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    read();
    if (!busy) {
      const apart = event.submitter?.formTarget === "_blank";
      if (apart) { clean = read(); window.setTimeout(() => { version.value = String(Number(version.value) + 1); }, 0); }
      return;
    }
    event.preventDefault();
    const by = event.submitter;
    await busy;
    form.requestSubmit(by);
  });
})();
