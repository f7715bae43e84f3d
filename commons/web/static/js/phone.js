// A photo goes as soon as it is taken. Without a script the form has its own button.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-photos]")) {
    const field = form.querySelector("input[type=file]");
    const words = form.querySelector("[data-progress]");
    field.classList.add("scripted");
    field.addEventListener("change", () => {
      if (!field.files.length) return;
      words.textContent = form.dataset.sending;
      form.requestSubmit();
    });
  }
})();
