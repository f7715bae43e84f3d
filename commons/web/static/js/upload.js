// A paper on its way to the office's machine, with how far it has come. Without a script the form posts as it is.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const bar = form.querySelector("progress");
    const words = form.querySelector("[data-progress]");
    form.addEventListener("submit", (event) => {
      const file = form.elements.paper?.files?.[0];
      if (!file || event.defaultPrevented) return;
      event.preventDefault();
      const why = (text) => {
        bar.hidden = true;
        words.textContent = "";
        const place = form.querySelector("[data-why]");
        place.querySelector("span:last-child").textContent = text;
        place.hidden = false;
        for (const button of form.querySelectorAll("button")) button.disabled = false;
      };
      const most = Number(form.dataset.maxBytes);
      if (most && file.size > most) {
        why(form.dataset.tooLarge);
        return;
      }
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (step) => {
        if (!step.lengthComputable) return;
        bar.hidden = false;
        bar.max = step.total;
        bar.value = step.loaded;
        const percent = Math.floor((100 * step.loaded) / step.total);
        words.textContent = `${file.name}: ${percent} %`;
      });
      request.addEventListener("load", () => {
        let body = {};
        try { body = JSON.parse(request.responseText); } catch { body = {}; }
        if (request.status < 300 && body.to) {
          const to = new URL(body.to, window.location.href);
          if (to.pathname === window.location.pathname) { window.location.hash = to.hash; window.location.reload(); } else window.location.assign(to);
        } else why([body.what, body.now].filter(Boolean).join(" ") || form.dataset.failed);
      });
      request.addEventListener("error", () => why(form.dataset.failed));
      for (const button of form.querySelectorAll("button")) button.disabled = true;
      form.querySelector("[data-why]").hidden = true;
      request.send(new FormData(form));
    });
  }
})();
