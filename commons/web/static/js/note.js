// The yellow note: a plain editor over the textarea that the page works with when there is no script, saved by itself.
(() => {
  "use strict";
  const form = document.querySelector("form[data-yellow]");
  if (!form) return;
  const write = form.querySelector(".write");
  const saved = form.querySelector("[data-saved]");
  const trouble = form.querySelector("[data-trouble]");
  const html = form.elements.html;
  const version = form.elements.version;
  const wait = 1200; // milliseconds of quiet before a save
  let timer = 0;
  let clean = "";
  let busy = null;
  let stopped = false; // a conflict or a log-out stands: keep the text, save no more by itself

  // ----- reading the page's own HTML out of what the browser made of the typing -----
  const blocks = new Set(["P", "DIV", "UL", "OL", "TABLE"]);
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const inline = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return escape(node.data.replace(/\u00a0/g, " "));
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    const inner = [...node.childNodes].map(inline).join("");
    if (node.tagName === "BR") return "<br>";
    if (["B", "STRONG"].includes(node.tagName)) return inner ? `<b>${inner}</b>` : "";
    if (["I", "EM"].includes(node.tagName)) return inner ? `<em>${inner}</em>` : "";
    if (node.tagName === "U") return inner ? `<u>${inner}</u>` : "";
    return inner;
  };
  const cells = (row) => [...row.cells].map((cell) => {
    const tag = cell.tagName.toLowerCase();
    return `<${tag}>${[...cell.childNodes].map(inline).join("").replace(/(<br>)+$/, "")}</${tag}>`;
  }).join("");
  const paragraph = (text) => {
    const inner = text.replace(/(<br>|\s)+$/, "");
    return inner ? `<p>${inner}</p>` : "";
  };
  const read = () => {
    const out = [];
    let loose = "";
    const flush = () => { out.push(paragraph(loose)); loose = ""; };
    const walk = (parent) => {
      for (const node of parent.childNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE || !blocks.has(node.tagName)) { loose += inline(node); continue; }
        flush();
        if (node.tagName === "TABLE") out.push(`<table><tbody>${[...node.rows].map((row) => `<tr>${cells(row)}</tr>`).join("")}</tbody></table>`);
        else if (node.tagName === "UL" || node.tagName === "OL") {
          const tag = node.tagName.toLowerCase();
          const items = [...node.children].map((item) => [...item.childNodes].map(inline).join("").replace(/(<br>)+$/, "")).filter(Boolean);
          if (items.length) out.push(`<${tag}>${items.map((item) => `<li>${item}</li>`).join("")}</${tag}>`);
        } else { walk(node); flush(); }
      }
    };
    walk(write);
    flush();
    return out.join("");
  };

  // ----- what the buttons do -----
  const range = () => {
    const selection = window.getSelection();
    if (!selection.rangeCount || !write.contains(selection.anchorNode)) { write.focus(); toEnd(); }
    return window.getSelection().getRangeAt(0);
  };
  const select = (found) => {
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(found);
  };
  const into = (node) => {
    const found = document.createRange();
    found.selectNodeContents(node);
    found.collapse(false);
    select(found);
  };
  const toEnd = () => into(write.lastElementChild ?? write);
  const blockOf = (node) => {
    let block = node;
    while (block && block.parentNode !== write) block = block.parentNode;
    return block;
  };
  const heal = () => {
    if (write.firstElementChild || write.textContent.trim()) return;
    const empty = document.createElement("p");
    empty.append(document.createElement("br"));
    write.replaceChildren(empty);
  };
  const bold = () => {
    const found = range();
    const around = (found.commonAncestorContainer.nodeType === Node.ELEMENT_NODE ? found.commonAncestorContainer : found.commonAncestorContainer.parentElement).closest("b, strong");
    if (around && write.contains(around)) { const parent = around.parentNode; around.replaceWith(...around.childNodes); parent.normalize(); return; }
    if (found.collapsed || blockOf(found.startContainer) !== blockOf(found.endContainer)) return;
    const strong = document.createElement("b");
    strong.append(found.extractContents());
    for (const inner of strong.querySelectorAll("b, strong")) inner.replaceWith(...inner.childNodes);
    found.insertNode(strong);
    into(strong);
  };
  const list = () => {
    const block = blockOf(range().startContainer);
    if (!block) return;
    if (block.nodeName === "UL" || block.nodeName === "OL") {
      const lines = [...block.children].map((item) => { const p = document.createElement("p"); p.append(...item.childNodes); return p; });
      block.replaceWith(...lines);
      if (lines.length) into(lines[lines.length - 1]);
      return;
    }
    if (block.nodeName === "TABLE") return;
    const ul = document.createElement("ul");
    const item = document.createElement("li");
    if (block.nodeType === Node.ELEMENT_NODE) { item.append(...block.childNodes); block.replaceWith(ul); } else { block.replaceWith(ul); item.append(block); }
    ul.append(item);
    into(item);
  };
  const table = () => {
    const block = blockOf(range().startContainer);
    if (block?.nodeName === "TABLE") { // inside one: a row more
      const row = block.insertRow();
      for (let n = 0; n < block.rows[0].cells.length; n += 1) row.insertCell();
      into(row.cells[0]);
      return;
    }
    const made = document.createElement("table");
    const body = made.createTBody();
    const head = body.insertRow();
    for (let n = 0; n < 3; n += 1) head.append(document.createElement("th"));
    for (let r = 0; r < 2; r += 1) { const row = body.insertRow(); for (let n = 0; n < 3; n += 1) row.insertCell(); }
    const after = document.createElement("p");
    after.append(document.createElement("br"));
    if (block && block.nodeType === Node.ELEMENT_NODE) block.after(made, after); else write.append(made, after);
    into(head.cells[0]);
  };
  const actions = { bold, list, table };

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
    const text = read();
    html.value = text;
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
          show(body.words);
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
    heal();
    html.value = read();
    if (stopped) return;
    show(form.dataset.typing);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };

  // ----- start -----
  html.disabled = false;
  form.elements.text.disabled = true;
  clean = read();
  const kept = window.sessionStorage.getItem(stash);
  if (kept) {
    window.sessionStorage.removeItem(stash);
    const found = JSON.parse(kept);
    if (found.version === version.value) {
      const parsed = new DOMParser().parseFromString(found.text, "text/html");
      write.replaceChildren(...parsed.body.childNodes);
      later();
    }
  }
  heal();
  html.value = read();

  form.querySelector(".bar").addEventListener("mousedown", (event) => event.preventDefault()); // keep the selection
  form.querySelector(".bar").addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    actions[button.dataset.act]();
    later();
  });
  write.addEventListener("input", later);
  write.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.ctrlKey && !event.altKey && event.code === "KeyB") { event.preventDefault(); bold(); later(); }
    if (event.code === "Tab") {
      const cell = window.getSelection().anchorNode?.parentElement?.closest("td, th") ?? window.getSelection().anchorNode;
      const all = cell?.closest?.("table") ? [...cell.closest("table").querySelectorAll("td, th")] : [];
      const next = all[all.indexOf(cell) + (event.shiftKey ? -1 : 1)];
      if (next) { event.preventDefault(); into(next); }
    }
  });
  write.addEventListener("paste", (event) => {
    event.preventDefault();
    const lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").split(/\n+/);
    const found = range();
    found.deleteContents();
    const first = document.createTextNode(lines[0]);
    found.insertNode(first);
    let last = blockOf(first);
    for (const line of lines.slice(1)) {
      const p = document.createElement("p");
      p.textContent = line;
      last.after(p);
      last = p;
    }
    into(last.nodeType === Node.ELEMENT_NODE && lines.length > 1 ? last : first);
    later();
  });
  write.addEventListener("drop", (event) => event.preventDefault());
  write.addEventListener("blur", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => { if (read() !== clean && !form.dataset.leaving) { save(); event.preventDefault(); } });
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
      if (other.dataset.ready || read() === clean) { form.dataset.leaving = "1"; return; }
      event.preventDefault();
      const button = event.submitter;
      if (await save()) { other.dataset.ready = "1"; form.dataset.leaving = "1"; other.requestSubmit(button); }
    });
  }
})();
