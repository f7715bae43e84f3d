// What arrives on the person's post is told at once: a stream of the office's machine wakes the page, which then asks
// as it always does. One window of the browser holds the stream for all; without a stream the pages go on asking.
(() => {
  "use strict";
  const place = document.getElementById("news");
  if (!place || !window.EventSource) return;
  const again = 60 * 1000; // milliseconds until a stream that was refused is tried once more
  const kept = `pv-after ${place.dataset.post}`;
  const channel = window.BroadcastChannel ? new BroadcastChannel(`pv-news ${place.dataset.employee} ${place.dataset.post}`) : null;
  let source = null;
  let leads = false;

  const after = () => Number(sessionStorage.getItem(kept)) || Number(place.dataset.now);
  let unread = 0;
  const titled = () => { // whoever writes the title anew: the number of unread ones stands before it
    const plain = document.title.replace(/^\(\d+\) /, "");
    const wish = unread ? `(${unread}) ${plain}` : plain;
    if (document.title !== wish) document.title = wish;
  };
  new MutationObserver(titled).observe(document.querySelector("title"), { childList: true });
  const show = (news) => {
    unread = news.unread;
    titled();
    if (!news.arrived) return;
    place.textContent = news.words;
    if (leads && !document.hasFocus() && window.Notification?.permission === "granted") {
      new Notification(document.title, { body: news.words, tag: "patravali" }).onclick = () => window.focus();
    }
  };
  const fetchNews = async () => {
    const answer = await fetch(`/news?after=${after()}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const news = await answer.json();
    sessionStorage.setItem(kept, String(news.after));
    show(news);
  };
  let asking = false;
  let onceMore = false; // what wakes the page while it asks: told after it, so that nothing is told twice
  const ask = async () => {
    onceMore = asking;
    if (asking) return;
    asking = true;
    try {
      do { onceMore = false; await fetchNews(); } while (onceMore);
    } finally { asking = false; }
  };
  const wake = () => {
    window.htmx?.trigger(document.body, "pv-poll");
    ask();
  };
  document.body.addEventListener("pv-rows", ask); // the way without a stream ends here as well
  if (channel) channel.onmessage = wake;

  const state = (word) => { document.body.dataset.stream = word; };
  const close = () => { source?.close(); source = null; state("closed"); };
  const open = () => {
    if (source) return;
    source = new EventSource("/events");
    source.addEventListener("here", () => { state("open"); ask(); });
    source.addEventListener("news", () => { channel?.postMessage("news"); wake(); });
    source.addEventListener("over", () => { close(); const away = document.getElementById("logged-out"); if (away) away.hidden = false; });
    source.onerror = () => {
      state("closed");
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      source = null;
      window.setTimeout(open, again);
    };
  };
  state("closed");
  if (navigator.locks && channel) {
    navigator.locks.request(`pv-stream ${place.dataset.employee}`, () => new Promise(() => { leads = true; open(); }));
  } else {
    leads = true;
    const look = () => { if (document.hidden) close(); else open(); };
    document.addEventListener("visibilitychange", look);
    look();
  }
  window.addEventListener("pagehide", close);
  ask();

  // Rows are shown anew when something arrives: what was ticked stays ticked.
  let ticked = [];
  document.body.addEventListener("htmx:beforeSwap", () => {
    ticked = [...document.querySelectorAll("[data-list] input[type=checkbox]:checked")].map((box) => box.value);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const box of document.querySelectorAll("[data-list] input[type=checkbox]")) if (ticked.includes(box.value)) box.checked = true;
  });

  // The browser's own notification only after the person asks for it.
  const offer = () => {
    const button = document.querySelector("[data-notify]");
    if (button && window.Notification && window.isSecureContext) button.hidden = Notification.permission !== "default";
  };
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-notify]")) return;
    await Notification.requestPermission();
    offer();
  });
  document.body.addEventListener("htmx:afterSettle", offer);
  offer();
})();
