// A small editor over the text field that a form works with when there is no script: bold, italic, underline, lists,
// tables, undo of its own, clean pasting. What it holds leaves as the form's `html`, in the few tags that the office keeps.
//
// <div data-editor> holds .bar (buttons data-act, data-menu, data-insert), .write, [name=html], [name=text].
// The form gets `editor`: { read, set, insert, focus, write }; every change is told by the event "pv-edited" on .write.
(() => {
  "use strict";
  const GONE = new Set(["STYLE", "SCRIPT", "TITLE", "HEAD", "META", "LINK", "TEMPLATE", "NOSCRIPT", "TEXTAREA", "SELECT", "IFRAME", "SVG", "svg"]);
  const BLOCKS = new Set(["P", "DIV", "UL", "OL", "TABLE", "H1", "H2", "H3", "H4", "H5", "H6", "SECTION", "ARTICLE", "BLOCKQUOTE", "PRE", "CENTER", "BODY", "MAIN", "HEADER", "FOOTER", "DL", "DT", "DD", "HR", "LI"]);
  const MARKS = { B: "b", STRONG: "b", I: "em", EM: "em", U: "u" };
  const ZERO = /[\u200b\ufeff]/g; // where the caret waits inside an empty mark
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  // ----- the office's own HTML, out of what the browser or another program made -----
  const looks = (node) => {
    const style = node.dataset?.style ?? "";
    const found = [];
    if (MARKS[node.tagName] && !/(^|[;\s])font-weight:\s*(normal|400)/i.test(style)) found.push(MARKS[node.tagName]);
    if (/(^|[;\s])font-weight:\s*(bold|[6-9]00)/i.test(style) && !found.includes("b")) found.push("b");
    if (/font-style:\s*italic/i.test(style) && !found.includes("em")) found.push("em");
    if (/text-decoration[^;]*underline/i.test(style) && !found.includes("u")) found.push("u");
    return found;
  };
  const inline = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return escape(node.data.replace(ZERO, "").replace(/[\u00a0\r\n\t]+/g, " "));
    if (node.nodeType !== Node.ELEMENT_NODE || GONE.has(node.tagName) || /mso-list:\s*ignore/i.test(node.dataset?.style ?? "")) return "";
    if (node.tagName === "BR") return "<br>";
    const inner = [...node.childNodes].map(inline).join("");
    if (BLOCKS.has(node.tagName)) return inner.trim() ? `<br>${inner}<br>` : "";
    return inner && /[^\s]/.test(inner) ? looks(node).reduce((text, tag) => `<${tag}>${text}</${tag}>`, inner) : inner;
  };
  const line = (nodes) => [...nodes].map(inline).join("").replace(/(<br>\s*){2,}/g, "<br>").replace(/^(<br>|\s)+|(<br>|\s)+$/g, "");
  const rows = (table) => [...table.rows].map((row) => `<tr>${[...row.cells].map((cell) => {
    const tag = cell.tagName.toLowerCase();
    return `<${tag}>${line(cell.childNodes)}</${tag}>`;
  }).join("")}</tr>`).join("");
  const items = (list) => [...list.children].flatMap((item) => {
    if (item.tagName === "UL" || item.tagName === "OL") return items(item);
    const own = line([...item.childNodes].filter((node) => !["UL", "OL"].includes(node.tagName)));
    return [...(own ? [own] : []), ...[...item.children].filter((node) => ["UL", "OL"].includes(node.tagName)).flatMap(items)];
  });
  const wordItem = (node) => node.tagName === "P" && /mso-list:\s*l\d/i.test(node.dataset?.style ?? "");
  const isNumbered = (node) => /^[(\s\u00a0]*([0-9\u0966-\u096f]+|[a-z]|[ivx]+)[.)]/i.test(node.textContent);
  const read = (root) => {
    const out = [];
    let loose = [], listed = null;
    const flush = () => {
      const inner = line(loose);
      if (inner) { out.push(`<p>${inner}</p>`); listed = null; }
      loose = [];
    };
    const put = (tag, inside) => {
      if (!inside.length) return;
      if (listed?.tag !== tag) { listed = { tag, inside: [] }; out.push(listed); }
      listed.inside.push(...inside);
    };
    const walk = (parent) => {
      for (const node of parent.childNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE || !BLOCKS.has(node.tagName)) {
          if (node.nodeType === Node.ELEMENT_NODE && node.querySelector("p, ul, ol, table, div, h1, h2, h3, li")) walk(node); else loose.push(node);
          continue;
        }
        flush();
        if (node.tagName === "TABLE") { listed = null; const inner = rows(node); if (node.textContent.replace(ZERO, "").trim()) out.push(`<table><tbody>${inner}</tbody></table>`); continue; }
        if (node.tagName === "UL" || node.tagName === "OL") { listed = null; put(node.tagName.toLowerCase(), items(node)); listed = null; continue; }
        if (wordItem(node)) { const own = line(node.childNodes); if (own) put(isNumbered(node) ? "ol" : "ul", [own]); continue; }
        const heading = /^H[1-6]$/.test(node.tagName) && !node.querySelector("p, ul, ol, table");
        if (heading) { const own = line(node.childNodes); if (own) { out.push(`<p><b>${own.replace(/<\/?b>/g, "")}</b></p>`); listed = null; } continue; }
        walk(node);
        flush();
      }
    };
    walk(root);
    flush();
    return out.map((piece) => (typeof piece === "string" ? piece : `<${piece.tag}>${piece.inside.map((item) => `<li>${item}</li>`).join("")}</${piece.tag}>`)).join("");
  };
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;
  // Styles are kept aside under another name: the page's policy allows none, and bold is often said by them alone.
  const foreign = (html) => parse(html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=")));

  const start = (place) => {
    const form = place.closest("form");
    const write = place.querySelector(".write");
    const bar = place.querySelector(".bar");
    const html = form.elements.html;
    const undone = [], done = [];
    let typedAt = 0, last = null;

    // ----- where the caret is -----
    const selection = () => window.getSelection();
    const inside = (node) => node && write.contains(node);
    const select = (found) => { selection().removeAllRanges(); selection().addRange(found); };
    const into = (node, atStart = false) => {
      const found = document.createRange();
      found.selectNodeContents(node);
      found.collapse(atStart);
      select(found);
    };
    const focus = () => { // back to where the caret was, not to the beginning
      if (document.activeElement === write && selection().rangeCount && inside(selection().anchorNode)) return;
      const before = last;
      write.focus();
      if (before && inside(before.startContainer)) select(before); else into(write.lastElementChild ?? write);
    };
    const range = () => {
      if (selection().rangeCount && inside(selection().anchorNode) && inside(selection().focusNode)) return selection().getRangeAt(0);
      focus();
      return selection().getRangeAt(0);
    };
    const element = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    const closest = (node, what) => { const found = node && element(node)?.closest(what); return found && found !== write && inside(found) ? found : null; };
    const blockOf = (node) => { let at = node; while (at && at.parentNode !== write) at = at.parentNode; return at; };
    const blocksIn = (found) => [...write.children].filter((block) => found.intersectsNode(block));

    // ----- undo -----
    const path = (node, offset) => { const way = [offset]; for (let at = node; at !== write; at = at.parentNode) way.unshift([...at.parentNode.childNodes].indexOf(at)); return way; };
    const place_ = (way) => { let node = write; for (const n of way.slice(0, -1)) node = node.childNodes[n] ?? node; return [node, Math.min(way[way.length - 1], node.nodeType === Node.TEXT_NODE ? node.length : node.childNodes.length)]; };
    const snapshot = () => {
      const at = selection().rangeCount && inside(selection().anchorNode) ? selection().getRangeAt(0) : null;
      return { nodes: [...write.childNodes].map((node) => node.cloneNode(true)), from: at && path(at.startContainer, at.startOffset), to: at && path(at.endContainer, at.endOffset) };
    };
    const keep = () => { done.push(snapshot()); if (done.length > 200) done.shift(); undone.length = 0; typedAt = 0; };
    const go = (from, to) => {
      const found = from.pop();
      if (!found) return;
      to.push(snapshot());
      write.replaceChildren(...found.nodes);
      write.focus();
      if (found.from) { const again = document.createRange(); again.setStart(...place_(found.from)); again.setEnd(...place_(found.to)); select(again); }
      typedAt = 0;
      edited();
    };

    const heal = () => { // there is always a paragraph to write in; loose text gets one
      for (const node of [...write.childNodes]) {
        if (node.nodeType !== Node.TEXT_NODE || !node.data.replace(ZERO, "").trim()) continue;
        const found = selection().rangeCount ? selection().getRangeAt(0).cloneRange() : null;
        const p = document.createElement("p");
        node.replaceWith(p);
        p.append(node);
        if (found && inside(found.startContainer)) select(found);
      }
      if (write.firstElementChild) return;
      const empty = document.createElement("p");
      empty.append(document.createElement("br"));
      write.replaceChildren(empty);
      if (document.activeElement === write) into(empty, true);
    };
    const edited = () => { heal(); html.value = read(write); write.dispatchEvent(new CustomEvent("pv-edited", { bubbles: true })); };

    // ----- marks -----
    const SAME = { b: "b, strong", em: "em, i", u: "u" };
    const textsIn = (found) => {
      const { startContainer, startOffset, endContainer, endOffset } = found;
      if (endContainer.nodeType === Node.TEXT_NODE && endOffset < endContainer.length) endContainer.splitText(endOffset);
      let from = startContainer;
      if (startContainer.nodeType === Node.TEXT_NODE && startOffset > 0) { from = startContainer.splitText(startOffset); found.setStart(from, 0); if (startContainer === endContainer) found.setEnd(from, from.length); }
      const walker = document.createTreeWalker(write, NodeFilter.SHOW_TEXT);
      const texts = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.data && found.intersectsNode(node) && !["UL", "OL", "TABLE", "TBODY", "THEAD", "TR"].includes(node.parentNode.tagName) && node.parentNode !== write) texts.push(node);
      }
      return texts.filter((node) => !(node === found.startContainer && found.startOffset === node.length && node.length) && !(node === found.endContainer && found.endOffset === 0));
    };
    const free = (text, what) => {
      for (let mark = closest(text, what); mark; mark = closest(text, what)) {
        for (const before of [true, false]) {
          const part = document.createRange();
          if (before) { part.setStart(mark, 0); part.setEndBefore(text); } else { part.setStartAfter(text); part.setEnd(mark, mark.childNodes.length); }
          const cut = part.extractContents();
          if (!cut.textContent) continue;
          const other = mark.cloneNode(false);
          other.append(cut);
          if (before) mark.before(other); else mark.after(other);
        }
        mark.replaceWith(...mark.childNodes);
      }
    };
    const mark = (tag) => {
      const found = range();
      keep();
      if (found.collapsed) {
        const around = closest(found.startContainer, SAME[tag]);
        const wait = document.createTextNode("\u200b");
        if (around) { around.after(wait); } else { const made = document.createElement(tag); made.append(wait); found.insertNode(made); }
        into(wait);
        return edited();
      }
      const texts = textsIn(found);
      if (!texts.length) return undefined;
      const all = texts.every((text) => closest(text, SAME[tag]) || !text.data.trim());
      for (const text of texts) {
        if (all) { free(text, SAME[tag]); continue; }
        if (closest(text, SAME[tag])) continue;
        const made = document.createElement(tag);
        text.replaceWith(made);
        made.append(text);
      }
      for (const one of [...write.querySelectorAll(SAME[tag])]) while (one.isConnected && one.nextSibling?.nodeName === one.nodeName) { one.append(...one.nextSibling.childNodes); one.nextSibling.remove(); }
      for (const one of [...write.querySelectorAll("b, strong, em, i, u")]) if (!one.textContent) one.remove();
      const again = document.createRange();
      again.setStart(texts[0], 0);
      again.setEnd(texts[texts.length - 1], texts[texts.length - 1].length);
      select(again);
      return edited();
    };

    // ----- lists -----
    const list = (tag) => {
      const found = range().cloneRange();
      keep();
      heal();
      const blocks = blocksIn(found).filter((block) => block.nodeName !== "TABLE");
      if (!blocks.length) return undefined;
      const [from, offset, to, end] = [found.startContainer, found.startOffset, found.endContainer, found.endOffset];
      if (blocks.every((block) => block.nodeName === tag)) {
        for (const block of blocks) {
          const all = [...block.children];
          const chosen = all.filter((item) => found.intersectsNode(item));
          const rest = all.slice(all.indexOf(chosen[chosen.length - 1]) + 1);
          const lines = chosen.map((item) => { const p = document.createElement("p"); p.append(...item.childNodes); item.remove(); return p; });
          block.after(...lines);
          if (rest.length) { const other = document.createElement(tag); other.append(...rest); lines[lines.length - 1].after(other); }
          if (!block.children.length) block.remove();
        }
      } else {
        const made = document.createElement(tag);
        blocks[0].before(made);
        for (const block of blocks) {
          if (block.nodeName === "UL" || block.nodeName === "OL") made.append(...block.children);
          else { const item = document.createElement("li"); item.append(...block.childNodes); if (!item.childNodes.length) item.append(document.createElement("br")); made.append(item); }
          block.remove();
        }
      }
      if (inside(from) && inside(to) && from !== write) { const again = document.createRange(); again.setStart(from, Math.min(offset, from.length ?? from.childNodes.length)); again.setEnd(to, Math.min(end, to.length ?? to.childNodes.length)); select(again); } else into(write.querySelector("li:last-child") ?? write.lastElementChild);
      return edited();
    };

    // ----- tables -----
    const cell = () => closest(selection().anchorNode, "td, th");
    const fill = (row, count, tag = "td") => { for (let n = 0; n < count; n += 1) { const made = document.createElement(tag); made.append(document.createElement("br")); row.append(made); } return row; };
    const table = () => {
      const found = range();
      const block = blockOf(found.startContainer);
      keep();
      if (closest(found.startContainer, "table")) return row();
      const made = document.createElement("table");
      const body = made.createTBody();
      fill(body.insertRow(), 3, "th");
      fill(body.insertRow(), 3);
      fill(body.insertRow(), 3);
      const after = document.createElement("p");
      after.append(document.createElement("br"));
      if (block?.nodeType === Node.ELEMENT_NODE) block.after(made, after); else write.append(made, after);
      into(made.rows[0].cells[0], true);
      return edited();
    };
    const row = () => {
      const at = cell();
      if (!at) return undefined;
      keep();
      const made = document.createElement("tr");
      at.parentNode.after(fill(made, at.parentNode.cells.length));
      into(made.cells[0], true);
      return edited();
    };
    const column = () => {
      const at = cell();
      if (!at) return undefined;
      keep();
      const n = at.cellIndex;
      for (const one of at.closest("table").rows) { const tag = one.cells[Math.min(n, one.cells.length - 1)]?.nodeName ?? "td"; const made = document.createElement(tag); made.append(document.createElement("br")); one.insertBefore(made, one.cells[n + 1] ?? null); }
      into(at.parentNode.cells[n + 1], true);
      return edited();
    };
    const out = (what) => () => {
      const at = cell();
      if (!at) return undefined;
      keep();
      const whole = at.closest("table");
      const n = at.cellIndex;
      const next = what === "row" ? at.parentNode.nextElementSibling ?? at.parentNode.previousElementSibling : at.parentNode;
      if (what === "row") at.parentNode.remove(); else for (const one of [...whole.rows]) one.cells[n]?.remove();
      const left = inside(next) && next.cells.length ? next.cells[Math.min(n, next.cells.length - 1)] : null;
      if (left) into(left, true); else { const after = whole.nextElementSibling; whole.remove(); heal(); into(after ?? write.lastElementChild, true); }
      return edited();
    };
    const acts = {
      bold: () => mark("b"), italic: () => mark("em"), underline: () => mark("u"), list: () => list("UL"), numbers: () => list("OL"),
      table, row, column, "row-out": out("row"), "column-out": out("column"), undo: () => go(done, undone), redo: () => go(undone, done),
    };

    // ----- putting in -----
    const insert = (text) => {
      focus();
      const found = range();
      keep();
      found.deleteContents();
      const before = found.startContainer.nodeType === Node.TEXT_NODE ? found.startContainer.data.slice(0, found.startOffset).replace(ZERO, "") : "";
      const node = document.createTextNode(`${before && !/[\s(]$/.test(before) ? " " : ""}${text}`);
      const block = blockOf(found.startContainer);
      if (!block || block.nodeType !== Node.ELEMENT_NODE) { heal(); write.lastElementChild.append(node); } else found.insertNode(node);
      for (const end of node.parentNode.querySelectorAll(":scope > br:last-child")) end.remove();
      into(node);
      edited();
    };
    const paste = (nodes) => {
      const found = range();
      keep();
      found.deleteContents();
      heal();
      const at = range();
      const first = nodes[0];
      const small = closest(at.startContainer, "li, td, th");
      const flat = (node) => [...(node.tagName === "TABLE" ? [...node.querySelectorAll("tr")] : node.tagName === "P" ? [node] : [...node.children])];
      if (small || (nodes.length === 1 && first.tagName === "P")) {
        const piece = document.createDocumentFragment();
        nodes.flatMap(flat).forEach((node, n) => { if (n) piece.append(document.createElement("br")); piece.append(...(node.tagName === "TR" ? [document.createTextNode([...node.cells].map((one) => one.textContent).join(" "))] : node.childNodes)); });
        const end = piece.lastChild;
        at.insertNode(piece);
        if (end) { const after = document.createRange(); after.setStartAfter(end); after.collapse(true); select(after); }
        return edited();
      }
      const block = blockOf(at.startContainer);
      const tail = document.createRange();
      tail.setStart(at.startContainer, at.startOffset);
      tail.setEnd(block, block.childNodes.length);
      const rest = tail.extractContents();
      block.after(...nodes);
      if (block.nodeName === "P" && !block.textContent.replace(ZERO, "").trim()) block.remove();
      const end = nodes[nodes.length - 1];
      if (rest.textContent.trim()) { const p = document.createElement("p"); p.append(...(rest.firstElementChild?.matches("li") ? rest.firstElementChild.childNodes : rest.childNodes)); end.after(p); } else if (end.tagName === "TABLE") { const p = document.createElement("p"); p.append(document.createElement("br")); end.after(p); }
      into(end.tagName === "TABLE" ? end.nextElementSibling : end.tagName === "P" ? end : end.lastElementChild);
      return edited();
    };
    const lines = (text) => text.replace(/\r/g, "").split(/\n+/).filter((one) => one.trim()).map((one) => { const p = document.createElement("p"); p.textContent = one.trim(); return p; });

    // ----- listening -----
    form.editor = { read: () => read(write), insert, focus, write, set: (text) => { keep(); write.replaceChildren(...parse(text).childNodes); edited(); } };
    html.disabled = false;
    form.elements.text.disabled = true;
    heal();
    html.value = read(write);

    bar.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); }); // the selection stays
    bar.addEventListener("click", (event) => { const button = event.target.closest("[data-act]"); if (button) { acts[button.dataset.act](); if (document.activeElement !== write) focus(); } });
    document.addEventListener("selectionchange", () => {
      if (!selection().rangeCount || !inside(selection().anchorNode)) return;
      last = selection().getRangeAt(0).cloneRange();
      for (const [name, what] of Object.entries({ bold: SAME.b, italic: SAME.em, underline: SAME.u, list: "ul", numbers: "ol" })) bar.querySelector(`[data-act=${name}]`)?.setAttribute("aria-pressed", String(Boolean(closest(last.startContainer, what))));
      for (const tools of bar.querySelectorAll("[data-in-table]")) tools.hidden = !closest(last.startContainer, "table");
    });
    write.addEventListener("beforeinput", (event) => {
      if (event.inputType === "historyUndo" || event.inputType === "historyRedo") { event.preventDefault(); acts[event.inputType === "historyUndo" ? "undo" : "redo"](); return; }
      if (event.inputType.startsWith("format")) { event.preventDefault(); return; }
      if (event.timeStamp - typedAt > 1000 || !event.inputType.startsWith("insertText")) keep();
      typedAt = event.timeStamp;
    });
    write.addEventListener("blur", () => { if (selection().rangeCount && inside(selection().anchorNode)) last = selection().getRangeAt(0).cloneRange(); }); // selectionchange may come late
    write.addEventListener("input", edited);
    write.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const control = event.ctrlKey && !event.altKey && !event.metaKey;
      const act = control ? { KeyB: "bold", KeyI: "italic", KeyU: "underline", KeyZ: event.shiftKey ? "redo" : "undo", KeyY: "redo" }[event.code] : null;
      if (act) { event.preventDefault(); event.stopPropagation(); acts[act](); return; }
      const at = cell();
      if (!at) return;
      if (event.code === "Enter" && !control) {
        event.preventDefault();
        const found = range();
        keep();
        found.deleteContents();
        const made = document.createElement("br");
        found.insertNode(made);
        if (!made.nextSibling || (made.nextSibling.nodeType === Node.TEXT_NODE && !made.nextSibling.data)) made.after(document.createElement("br"));
        found.setStartAfter(made);
        found.collapse(true);
        select(found);
        edited();
      } else if (event.code === "Tab") {
        const all = [...at.closest("table").querySelectorAll("td, th")];
        const next = all[all.indexOf(at) + (event.shiftKey ? -1 : 1)];
        if (next) { event.preventDefault(); into(next); } else if (!event.shiftKey) { event.preventDefault(); row(); }
      }
    });
    write.addEventListener("paste", (event) => {
      event.preventDefault();
      const rich = event.clipboardData.getData("text/html");
      const clean = rich ? [...parse(read(foreign(rich))).childNodes] : [];
      const nodes = clean.length ? clean : lines(event.clipboardData.getData("text/plain"));
      if (nodes.length) paste(nodes);
    });
    write.addEventListener("click", (event) => { // three clicks mean this paragraph; the browser reaches into the next and would join them
      const block = event.detail === 3 && event.target.closest("p, li, td, th");
      if (block && write.contains(block)) selection().selectAllChildren(block);
    });
    write.addEventListener("drop", (event) => event.preventDefault());
  };

  for (const place of document.querySelectorAll("[data-editor]")) start(place);
})();
