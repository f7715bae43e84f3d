// The diary form: the limit that an empty field means; no second press. Many scans: kept one by one, also by dropping.
(() => {
  "use strict";
  const kind = document.querySelector("select[data-limits]");
  const received = document.getElementById("received");
  const hint = kind && document.getElementById(kind.dataset.limits);
  const readDay = (text) => {
    const plain = text.replace(/[०-९]/g, (digit) => String(digit.codePointAt(0) - 0x966)).trim();
    const found = /^(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})$/.exec(plain);
    if (!found) return null;
    const year = Number(found[3].length === 2 ? `20${found[3]}` : found[3]);
    const day = new Date(Date.UTC(year, Number(found[2]) - 1, Number(found[1])));
    return day.getUTCDate() === Number(found[1]) ? day : null;
  };
  const tell = () => {
    const days = kind.selectedOptions[0].dataset.days;
    const from = readDay(received.value);
    if (days === undefined) { hint.textContent = hint.dataset.none; return; }
    if (!from) return;
    from.setUTCDate(from.getUTCDate() + Number(days));
    const two = (number) => String(number).padStart(2, "0");
    hint.textContent = hint.dataset.words.replace("{day}", `${two(from.getUTCDate())}-${two(from.getUTCMonth() + 1)}-${from.getUTCFullYear()}`);
  };
  if (kind && received && hint) {
    kind.addEventListener("change", tell);
    received.addEventListener("change", tell);
    tell();
  }

  const diary = document.getElementById("diary");
  if (diary) {
    let sent = false;
    diary.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
    window.addEventListener("pageshow", () => { sent = false; });
  }

  for (const form of document.querySelectorAll("form[data-drop]")) {
    const field = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-drop-list]");
    let busy = false;
    const say = (text, tone) => {
      const row = document.createElement("li");
      row.className = tone ? `pv-repair ${tone}` : "";
      row.textContent = text;
      list.append(row);
      return row;
    };
    const keep = async (files) => {
      if (busy || !files.length) return;
      busy = true;
      list.replaceChildren();
      let wrong = false;
      for (const file of files) {
        const row = say(form.dataset.sending.replace("{name}", file.name), "");
        const body = new FormData();
        body.append("csrf", form.elements.csrf.value);
        body.append("paper", file, file.name);
        let words = `${file.name}: ${form.dataset.failed}`;
        try {
          const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
          if (answer.ok) { row.remove(); continue; }
          const told = await answer.json();
          words = `${file.name}: ${[told.what, told.now].filter(Boolean).join(" ")}`;
        } catch { /* the line to the machine itself is gone: said below */ }
        wrong = true;
        row.className = "pv-repair";
        row.textContent = words;
      }
      busy = false;
      field.value = "";
      if (!wrong) window.location.assign(form.action);
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); keep([...field.files]); });
    field.addEventListener("change", () => keep([...field.files]));
    const page = document.documentElement;
    page.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("is-over"); });
    page.addEventListener("dragleave", () => form.classList.remove("is-over"));
    page.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("is-over");
      keep([...event.dataTransfer.files]);
    });
  }
})();
