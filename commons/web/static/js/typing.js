// Hindi typed on any keyboard: keys pressed in a text field become the letters of the person's own layout.
// Without this script the fields are plain fields. What a key does to the text is decided in typing-rules.js.
import { choiceOf, fresh, press, settle } from "./typing-rules.js";

const control = document.querySelector("[data-typing]");
if (control?.dataset.keyboard) start(control);

function start(bar) {
  const { map: mapAddress, panel: panelAddress } = bar.dataset;
  const toggle = bar.querySelector("[data-typing-toggle]");
  const opener = bar.querySelector("[data-typing-map]");
  const said = document.querySelector("[data-typing-said]");
  const panel = document.querySelector("[data-typing-panel]");
  const MEMORY = "pv-typing"; // of this tab: on or off
  let map = null;
  let on = false;
  let last = null; // { field, before, state, history }: what this script did last, good only while nothing else has changed
  let rightAlt = false;

  // ----- fields -----
  const plain = "input:is(:not([type]), [type=text], [type=search]), textarea";
  const typable = (node) => {
    if (!(node instanceof HTMLElement)) return null;
    const editor = node.closest("[contenteditable=true]");
    if (editor) return editor;
    if (!node.matches(plain) || node.readOnly || node.disabled) return null;
    return node.matches("[inputmode=numeric], [inputmode=decimal], [inputmode=tel], [autocomplete=username], [data-latin]") ? null : node;
  };
  let field = typable(document.activeElement); // where the person writes, for the keys of the panel
  const isEditor = (node) => node.isContentEditable;
  const beforeCaret = (node) => {
    if (!isEditor(node)) return node.value.slice(0, node.selectionStart);
    const selection = window.getSelection();
    if (!selection.rangeCount || !node.contains(selection.anchorNode)) return "";
    const { startContainer, startOffset } = selection.getRangeAt(0);
    if (startContainer.nodeType === Node.TEXT_NODE) return startContainer.data.slice(0, startOffset);
    const child = startContainer.childNodes[startOffset - 1];
    return child?.nodeType === Node.TEXT_NODE ? child.data : "";
  };
  // Browsers widen a selection that begins inside a written syllable: so whole syllables are taken and put back.
  const whole = (before, cut, put) => {
    if (!cut) return { cut, put };
    const end = before.length - cut;
    let from = end;
    for (const { index, segment } of new Intl.Segmenter("hi", { granularity: "grapheme" }).segment(before)) {
      if (index <= end && end < index + segment.length) from = index;
    }
    while (from > 0 && /[\u0900-\u0903\u093a-\u094f\u200c\u200d]/.test(before[from])) from -= 1;
    while (from > 1 && /[\u094d\u200c\u200d]/.test(before[from - 1])) from -= 2;
    return { cut: before.length - from, put: before.slice(from, end) + put };
  };
  const apply = (node, change) => {
    if (!change.cut && !change.put) return;
    const selected = isEditor(node) ? !window.getSelection().isCollapsed : node.selectionStart !== node.selectionEnd;
    if (selected) document.execCommand("delete");
    const { cut, put } = whole(beforeCaret(node), change.cut, change.put);
    if (cut && isEditor(node)) {
      const range = window.getSelection().getRangeAt(0);
      range.setStart(range.startContainer, range.startOffset - cut);
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
    } else if (cut) node.setSelectionRange(node.selectionStart - cut, node.selectionStart);
    const done = put ? document.execCommand("insertText", false, put) : document.execCommand("delete");
    if (!done && !isEditor(node)) {
      node.setRangeText(put, node.selectionStart, node.selectionEnd, "end");
      node.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  };
  const memory = (node, before) =>
    last && last.field === node && last.before === before ? last : { field: node, before, state: fresh(), history: [] };
  const say = (code) => {
    const words = code ? bar.dataset[`said_${code}`] ?? "" : "";
    if (said.textContent !== words) said.textContent = words;
    said.hidden = !words;
  };
  const perform = (node, before, known, made) => {
    const taken = made.cut ? before.slice(-made.cut) : "";
    apply(node, made);
    const history = [...known.history, { cut: made.put.length, put: taken, state: known.state }].slice(-200);
    last = { field: node, before: beforeCaret(node), state: made.state, history };
  };
  const type = (node, choice) => {
    const before = beforeCaret(node);
    const known = memory(node, before);
    const made = press(map, known.state, before, choice);
    say(made.refused);
    if (made.cut || made.put) perform(node, before, known, made);
    else if (!made.refused) last = { ...known, state: made.state }; // a sound that is written by nothing, like a
  };
  const calm = (node) => {
    const before = beforeCaret(node);
    const known = memory(node, before);
    const made = settle(known.state, before);
    if (made.cut || made.put) {
      perform(node, before, known, made);
      say(made.refused);
    } else say(null);
    if (last) last.state = fresh();
  };

  // ----- on and off -----
  const show = () => {
    toggle.setAttribute("aria-pressed", String(on));
    toggle.querySelector("[data-typing-name]").textContent = on ? bar.dataset.on : bar.dataset.off;
    bar.classList.toggle("is-on", on);
    if (!on) say(null);
  };
  const switchTo = (wish) => {
    on = wish && map !== null;
    window.sessionStorage.setItem(MEMORY, on ? "on" : "off");
    show();
  };

  // ----- the layout on the screen -----
  const showPanel = async () => {
    if (!panel.hidden) { panel.hidden = true; opener.setAttribute("aria-expanded", "false"); return; }
    if (!panel.dataset.filled) {
      const answer = await fetch(panelAddress, { credentials: "same-origin" });
      if (!answer.ok) { window.location.assign("/typing"); return; }
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      panel.querySelector("[data-typing-keys]").replaceChildren(...parsed.body.childNodes);
      panel.dataset.filled = "1";
    }
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
  };
  const light = (code, pressed) => {
    if (!panel || panel.hidden) return;
    panel.querySelector(`[data-code="${code}"]`)?.classList.toggle("is-down", pressed);
  };
  const level = (event) => panel?.classList.toggle("is-shift", event.shiftKey);

  // ----- keys -----
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  const keydown = (event) => {
    if (event.isComposing) return;
    if (event.code === "AltRight") rightAlt = true;
    level(event);
    light(event.code, true);
    const altgr = rightAlt || event.getModifierState("AltGraph");
    if (event.altKey && !event.ctrlKey && !event.shiftKey && !altgr && ["KeyH", "KeyK"].includes(event.code)) {
      stop(event);
      if (event.repeat) return;
      if (event.code === "KeyK") opener.click();
      else toggle.click();
      return;
    }
    const node = typable(event.target);
    if (!on || !node) return;
    if ((event.ctrlKey || event.altKey) && !altgr || event.metaKey) return;
    if (event.code === "Backspace" && !event.ctrlKey) {
      const before = beforeCaret(node);
      const known = memory(node, before);
      const step = known.history.at(-1);
      const selected = isEditor(node) ? !window.getSelection().isCollapsed : node.selectionStart !== node.selectionEnd;
      say(null);
      if (!step || selected) return;
      stop(event);
      apply(node, step);
      last = { field: node, before: beforeCaret(node), state: step.state, history: known.history.slice(0, -1) };
      return;
    }
    const choice = choiceOf(map, event.code, event.shiftKey, altgr);
    if (choice && choice.length) {
      stop(event);
      type(node, choice);
    } else if (!["Shift", "Control", "Alt", "AltGraph", "CapsLock", "Meta"].includes(event.key)) calm(node);
  };
  const keyup = (event) => {
    if (event.code === "AltRight") rightAlt = false;
    level(event);
    light(event.code, false);
  };

  document.addEventListener("keydown", keydown, true);
  document.addEventListener("keyup", keyup, true);
  window.addEventListener("blur", () => { rightAlt = false; });
  document.addEventListener("focusin", (event) => { field = typable(event.target) ?? field; });
  document.addEventListener("focusout", (event) => {
    const node = typable(event.target);
    if (on && node && last?.field === node && last.state.waiting !== null) calm(node);
    else say(null);
  }, true);
  document.addEventListener("paste", () => say(null), true);
  document.addEventListener("pointerdown", (event) => {
    const node = typable(document.activeElement);
    if (on && node && last?.field === node && last.state.waiting !== null && !event.target.closest("[data-typing-panel]")) calm(node);
  }, true);
  toggle.addEventListener("click", () => {
    switchTo(!on);
  });
  opener.addEventListener("click", showPanel);
  panel.addEventListener("mousedown", (event) => {
    const key = event.target.closest("[data-code]");
    if (!key && !event.target.closest("button")) return;
    event.preventDefault(); // the field keeps its caret
    if (!key || !field?.isConnected || !map) return;
    if (document.activeElement !== field) field.focus();
    const choice = choiceOf(map, key.dataset.code, event.shiftKey || Boolean(event.target.closest("[data-level=shift]")), false);
    if (choice && choice.length) type(field, choice);
  });
  panel.querySelector("[data-typing-hide]").addEventListener("click", showPanel);
  panel.addEventListener("keydown", (event) => { if (event.code === "Escape") { event.stopPropagation(); showPanel(); opener.focus(); } });

  opener.hidden = false;
  const words = (answer) => { if (!answer.ok) throw new Error(answer.statusText); return answer.json(); };
  fetch(mapAddress, { credentials: "same-origin" }).then(words).then((found) => {
    map = found;
    on = window.sessionStorage.getItem(MEMORY) !== "off";
    toggle.hidden = false;
    show();
    bar.dataset.ready = "1";
  }, () => { bar.dataset.ready = "0"; });
}
