// What a key does to the text before the caret: pure, so that a test can ask it thousands of words.
//
// `press(map, state, before, choice)` answers { cut, put, state, refused }: take `cut` characters away before the caret,
// put `put` there. `refused` is a code when the key would have made half a letter. A map's order says how its typists
// type: "seen" as a typewriter prints (ि first, रेफ last), "spoken" as Unicode stores, "letters" by transliteration.

const CONSONANT = "[\\u0915-\\u0939\\u0958-\\u095f\\u0978-\\u097f]\\u093c?";
const VIRAMA = "\u094d";
const SHORT_I = "\u093f";
const AA = "\u093e";
const NUKTA = "\u093c";
const CANDRA = "\u0945";
const CHANDRABINDU = "\u0901";
const SYLLABLE = new RegExp(`((?:${CONSONANT}${VIRAMA}[\\u200c\\u200d]?)*)(${CONSONANT})?([\\u093a\\u093b\\u093e-\\u094c\\u094e\\u094f]?)([\\u0900-\\u0903]?)$`);
const FULL = new RegExp(`^(?:${CONSONANT}${VIRAMA})*${CONSONANT}$`);
const HALF = new RegExp(`^(?:${CONSONANT}${VIRAMA})+$`);
const MATRA = /^[\u093a\u093b\u093e-\u094c\u094e\u094f]$/;
const MODIFIER = /^[\u0900-\u0903]$/;
const VOWEL = /^[\u0904-\u0914\u0960\u0961\u0972-\u0977]$/;
const ENDS_IN_VOWEL = /[\u0904-\u0914\u0960\u0961\u0972-\u0977]$/;
const ENDS_HALF = new RegExp(`${VIRAMA}[\\u200c\\u200d]?$`);
const JOINER = /^[\u200c\u200d]$/;
const TAKES_NUKTA = /[कखगजडढफयनरळ]$/u;
const REACH = 60; // characters before the caret that can matter

/** Nothing waits: `waiting` is the half letters typed since a ि that still wants its consonant, or null. */
export const fresh = () => ({ waiting: null, roman: "", shown: "" });

const wrong = (code) => ({ refused: code });
const parts = (before) => {
  const [whole, halves = "", base = "", matra = "", modifier = ""] = SYLLABLE.exec(before);
  return { head: before.slice(0, before.length - whole.length), halves, base: base ?? "", matra, modifier };
};
const unhalf = (text) => text.replace(ENDS_HALF, "");

const addMatra = (map, before, sign) => {
  const { head, halves, base, matra, modifier } = parts(before);
  if (modifier) {
    const inner = addMatra(map, before.slice(0, -1), sign);
    return inner.refused ? inner : { text: inner.text + modifier };
  }
  if (base && !matra) return { text: before + sign };
  if (halves && !base && !matra) return { text: head + unhalf(halves) + (map.stems && sign === AA ? "" : sign) };
  return wrong(matra ? "sign_twice" : "sign_alone");
};
const addVirama = (map, before) => {
  const { head, halves, base, matra, modifier } = parts(before);
  if (base && matra === SHORT_I && !modifier && map.order === "seen") {
    return { text: head + halves + base + VIRAMA + SHORT_I, waiting: halves + base + VIRAMA };
  }
  if (base && !matra && !modifier) return { text: before + VIRAMA };
  return wrong(halves && !base ? "sign_twice" : "sign_alone");
};
const addBelow = (before, joined) => { // ्र and its like: to the consonant, wherever its signs stand
  const { head, halves, base, matra, modifier } = parts(before);
  if (base) return halves && joined.endsWith(base) ? wrong("sign_twice") : { text: head + halves + base + joined + matra + modifier };
  return halves && !matra ? { text: head + unhalf(halves) + joined } : wrong("sign_alone");
};
const addNukta = (before) => {
  const { head, halves, base, matra, modifier } = parts(before);
  if (base) return TAKES_NUKTA.test(base) ? { text: head + halves + base + NUKTA + matra + modifier } : wrong("no_dot");
  const stem = unhalf(halves);
  return halves && TAKES_NUKTA.test(stem) ? { text: head + stem + NUKTA + VIRAMA } : wrong("no_dot");
};
const addModifier = (before, sign) => {
  const { base, matra, modifier } = parts(before);
  if (modifier) return wrong("sign_twice");
  return base || matra || ENDS_IN_VOWEL.test(before) ? { text: before + sign } : wrong("sign_alone");
};
const addReph = (before, reph) => {
  const { head, halves, base, matra, modifier } = parts(before);
  if (!base) return { text: before + reph };
  if (halves.startsWith(reph)) return wrong("sign_twice");
  return { text: head + reph + halves + base + matra + modifier };
};

const addToWaiting = (map, before, waiting, value) => { // before ends in the half letters and the ि that waits for the rest
  const stem = before.slice(0, before.length - waiting.length - 1);
  const done = (text) => ({ text: stem + text + SHORT_I });
  if (FULL.test(value)) return done(waiting + value);
  if (HALF.test(value)) return { text: stem + waiting + value + SHORT_I, waiting: waiting + value };
  if (waiting && value === AA && map.stems) return done(unhalf(waiting));
  if (waiting && value.startsWith(VIRAMA) && value.length > 1) return done(unhalf(waiting) + value);
  if (waiting && value === NUKTA && TAKES_NUKTA.test(unhalf(waiting))) {
    const dotted = unhalf(waiting) + NUKTA + VIRAMA;
    return { text: stem + dotted + SHORT_I, waiting: dotted };
  }
  return null;
};

// A typewriter has no ँ: ॅ and ं are struck one on the other. Where ॅ cannot be a vowel sign it begins a ँ.
const startsDot = (before) => {
  const { matra, modifier } = parts(before);
  return !modifier && (matra !== "" || ENDS_IN_VOWEL.test(before));
};

const add = (map, before, value) => {
  const last = before.slice(-1);
  const joined = map.joins[last + value];
  if (joined) return { text: before.slice(0, -1) + joined };
  const seen = map.order === "seen";
  if (seen && value === SHORT_I) return { text: before + value, waiting: "" };
  if (map.stems && value === CANDRA && startsDot(before)) return { text: before + CHANDRABINDU };
  if (MATRA.test(value)) return addMatra(map, before, value);
  if (value === VIRAMA) return addVirama(map, before);
  if (value.startsWith(VIRAMA)) return addBelow(before, value);
  if (value === NUKTA) return addNukta(before);
  if (MODIFIER.test(value)) return addModifier(before, value);
  if (seen && value === "र्") return addReph(before, value);
  if (VOWEL.test(value)) return ENDS_HALF.test(before) ? wrong("after_half") : { text: before + value };
  if (JOINER.test(value)) return before.endsWith(VIRAMA) ? { text: before + value } : wrong("sign_alone");
  return { text: before + value };
};

/** The text in order when no more comes for a ि that waits: it joins the letter before it, or goes. */
const settled = (before, waiting) => {
  if (waiting === null) return { text: before };
  const stem = before.slice(0, before.length - waiting.length - 1);
  const { base, matra, modifier } = parts(stem);
  if (!waiting && base && !matra && !modifier) return { text: before };
  return { text: stem + (waiting ? unhalf(waiting) + SHORT_I : ""), refused: waiting ? undefined : "sign_alone" };
};

const change = (before, text, waiting, refused) => {
  const mended = text.normalize("NFC");
  let same = 0;
  while (same < before.length && same < mended.length && before[same] === mended[same]) same += 1;
  return { cut: before.length - same, put: mended.slice(same), state: { ...fresh(), waiting: waiting ?? null }, refused };
};

// ----- transliteration -----
const spell = (map, roman, open) => {
  const { consonants, vowels, signs } = map;
  let out = "";
  let whole = true; // every letter so far found its place
  let at = 0;
  while (at < roman.length) {
    let size = Math.min(3, roman.length - at);
    let token = roman.slice(at, at + size);
    while (size > 1 && !(token in consonants || token in vowels || token in signs)) { size -= 1; token = roman.slice(at, at + size); }
    at += size;
    if (token in consonants) {
      out += (open ? VIRAMA : "") + consonants[token];
      open = true;
    } else if (token in vowels) {
      out += vowels[token][open ? 1 : 0];
      open = false;
    } else if (token in signs) {
      const sign = signs[token];
      if (sign === VIRAMA ? !open : MODIFIER.test(sign) && (/[\u0900-\u0903]$/.test(out) || !out && !open)) whole = false;
      else out += sign;
      open = false;
    } else {
      out += token;
      open = false;
    }
  }
  return { out, whole };
};
const transliterate = (map, state, before, letter) => {
  const goes = state.roman && before.endsWith(state.shown);
  const joining = goes ? state.joining : before.endsWith(VIRAMA);
  const shown = goes ? state.shown : joining ? VIRAMA : "";
  const roman = (goes ? state.roman : "") + letter;
  const { out, whole } = spell(map, roman, joining);
  const text = (joining && !out ? VIRAMA : out).normalize("NFC");
  if (!whole) return { cut: 0, put: "", state, refused: "sign_alone" };
  const made = change(shown, text);
  return { ...made, state: { waiting: null, roman, shown: text, joining } };
};

/** What a key does. `choice` is a text of the map, or a list of which the first that fits is taken. */
export const press = (map, state, whole, choice) => {
  const before = whole.slice(-REACH);
  if (map.order === "letters") return transliterate(map, state, before, choice);
  const waiting = state.waiting !== null && before.endsWith(state.waiting + SHORT_I) ? state.waiting : null;
  const choices = Array.isArray(choice) ? choice : [choice];
  let made = null;
  for (const value of choices) {
    if (waiting !== null) made = addToWaiting(map, before, waiting, value);
    if (!made || made.refused) {
      const calm = settled(before, waiting);
      made = waiting !== null && value === SHORT_I ? wrong("sign_twice") : add(map, calm.text, value);
      if (!made.refused && calm.refused) return change(before, made.text, made.waiting, calm.refused);
    }
    if (!made.refused) return change(before, made.text, made.waiting);
  }
  return { cut: 0, put: "", state, refused: made.refused };
};

/** What is put right when the typist goes on to a space, another field, or away. */
export const settle = (state, whole) => {
  const before = whole.slice(-REACH);
  if (state.waiting === null || !before.endsWith(state.waiting + SHORT_I)) return { cut: 0, put: "", state: fresh() };
  const calm = settled(before, state.waiting);
  return change(before, calm.text, null, calm.refused);
};

/** Which text of the map a key stands for; "" when it is the browser's own. */
export const choiceOf = (map, code, shift, altgr) => {
  if (map.order !== "letters") return map.keys[code]?.[(shift ? 1 : 0) + (altgr ? 2 : 0)] ?? "";
  if (altgr) return "";
  if (/^Key[A-Z]$/.test(code)) return shift ? code[3] : code[3].toLowerCase();
  return { Period: shift ? "" : ".", Backslash: shift ? "|" : "", Backquote: shift ? "~" : "", Digit6: shift ? "^" : "" }[code] ?? "";
};
