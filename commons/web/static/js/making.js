// A link whose answer has to be made first, which can take seconds: says so and counts, then saves what came, or the
// window goes to it.
// Without a script the browser fetches it by itself.
(() => {
  "use strict";

  const place = (link) => {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.className = "pv-quiet";
    told.dataset.madeNow = "";
    link.after(told);
    return told;
  };

  const counting = (link, told) => {
    const begun = Date.now();
    const say = () => { told.textContent = `${link.dataset.making} … ${Math.round((Date.now() - begun) / 1000)}`; };
    const first = window.setTimeout(say, 400);
    const each = window.setInterval(say, 1000);
    return () => { window.clearTimeout(first); window.clearInterval(each); told.remove(); link.removeAttribute("aria-busy"); };
  };

  const save = async (answer, name) => {
    const address = URL.createObjectURL(await answer.blob());
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60000);
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-making]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const busy = link.getAttribute("aria-busy");
    if (busy || link.hasAttribute("download")) event.preventDefault();
    if (busy) return;
    link.setAttribute("aria-busy", "true");
    const end = counting(link, place(link));
    window.addEventListener("pagehide", end, { once: true });
    if (!link.hasAttribute("download")) return;
    try {
      const answer = await window.fetch(link.href);
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
      if (answer.ok && name) await save(answer, name[1]);
      else window.location.assign(link.href);  // a page that says why not
    } catch {
      window.location.assign(link.href);
    } finally {
      end();
    }
  });
})();
