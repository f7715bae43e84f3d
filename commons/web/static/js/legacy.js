// Text of an old Hindi font, seen when it is pasted: it stays as pasted, and is offered changed to Unicode.
const box = document.querySelector("[data-legacy]");
if (box) start(box);

function start(panel) {
  const title = panel.querySelector("[data-legacy-title]");
  const before = panel.querySelector("[data-legacy-before]");
  const after = panel.querySelector("[data-legacy-after]");
  const take = panel.querySelector("[data-legacy-take]");
  const back = panel.querySelector("[data-legacy-back]");
  const leave = panel.querySelector("[data-legacy-leave]");
  const LONGEST = 100000;
  let offer = null; // { field, start, before, after } of the last paste that is an old font's

  const fonts = (html) => html ? [...html.matchAll(/(?:font-family\s*:|face\s*=)\s*([^;>]{1,80})/gi)].map((found) => found[1]).slice(0, 20).join(", ") : "";
  const maybe = (text, named) => {
    if (!/[A-Za-z]/.test(text) || text.length > LONGEST) return false;
    const hindi = (text.match(/[\u0900-\u097f]/g) ?? []).length;
    return hindi * 5 < text.length && (/kruti|lys|chanakya/i.test(named) || text.trim().split(/\s+/).length > 2);
  };
  const isEditor = (field) => field.isContentEditable;
  const flat = (text) => text.replace(/\r\n?/g, "\n");

  // In a plain field the text is found where it was pasted; in the note, line by line in the order of the lines.
  const swap = (field, from, to, start) => {
    if (!field.isConnected) return false;
    if (!isEditor(field)) {
      const one = field instanceof HTMLInputElement ? from.replace(/\n/g, "") : from;
      const put = field instanceof HTMLInputElement ? to.replace(/\n/g, " ") : to;
      const at = field.value.startsWith(one, start) ? start : field.value.indexOf(one);
      if (at < 0) return false;
      field.setRangeText(put, at, at + one.length, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return true;
    }
    const wanted = from.split(/\n+/);
    const put = to.split(/\n+/);
    const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
    const found = [];
    let line = 0;
    while (line < wanted.length && !wanted[line].trim()) line += 1;
    for (let node = walker.nextNode(); node && line < wanted.length; node = walker.nextNode()) {
      const at = node.data.replace(/\u00a0/g, " ").indexOf(wanted[line].trim());
      if (at < 0) continue;
      found.push({ node, at, size: wanted[line].trim().length, put: put[line].trim() });
      line += 1;
      while (line < wanted.length && !wanted[line].trim()) line += 1;
    }
    if (line < wanted.length || put.length !== wanted.length) return false;
    for (const { node, at, size, put: text } of found) node.replaceData(at, size, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return true;
  };
  const close = () => { panel.hidden = true; offer = null; };
  const show = (words) => {
    before.textContent = offer.before;
    after.textContent = offer.after;
    title.textContent = words;
    take.hidden = false;
    back.hidden = true;
    leave.textContent = leave.dataset.leave;
    panel.hidden = false;
  };

  document.addEventListener("paste", async (event) => {
    const target = event.target instanceof Element ? event.target : event.target?.parentElement;
    const field = target?.closest("[contenteditable=true], textarea, input:is(:not([type]), [type=text], [type=search])");
    const text = flat(event.clipboardData?.getData("text/plain") ?? "");
    const named = fonts(event.clipboardData?.getData("text/html"));
    if (!field || field.matches("[data-latin]") || !maybe(text, named)) return;
    const start = isEditor(field) ? 0 : field.selectionStart;
    try {
      const answer = await fetch(panel.dataset.address, {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF": document.querySelector("meta[name=csrf]").content },
        body: JSON.stringify({ text, fonts: named }),
      });
      if (answer.status !== 200) return;
      const found = await answer.json();
      offer = { field, start, before: text, after: found.after };
      show(title.dataset.offer.replace("{font}", found.name));
    } catch {
      // The office's machine does not answer: what was pasted stays as it is.
    }
  }, true);
  take.addEventListener("click", () => {
    if (!offer) return;
    const done = swap(offer.field, offer.before, offer.after, offer.start);
    title.textContent = done ? title.dataset.done : title.dataset.gone;
    take.hidden = true;
    back.hidden = !done;
    leave.textContent = leave.dataset.close;
    if (done) offer.field.focus();
  });
  back.addEventListener("click", () => {
    if (offer && swap(offer.field, offer.after, offer.before, offer.start)) { offer.field.focus(); close(); }
  });
  leave.addEventListener("click", () => { const field = offer?.field; close(); field?.focus(); });
}
