// What every page needs: the form token on what htmx sends, and small things that only make sense with a script.
(() => {
  "use strict";
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF"] = csrf;
  });

  for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
  for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do]");
    if (!target) return;
    if (target.dataset.do === "print") window.print();
    if (target.dataset.do === "close-dialog") target.closest("dialog")?.close();
  });

  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches("[data-shows-password]")) {
      const field = document.getElementById(target.dataset.showsPassword);
      if (field) field.type = target.checked ? "text" : "password";
    }
    if (target.matches("[data-submits]")) target.form.requestSubmit();
  });

  // The paper that was chosen, in the page's own language: the browser's own words are in its own.
  const showPaper = (field) => {
    const words = field.parentElement.querySelector("[data-chosen]");
    field.parentElement.classList.add("scripted");
    words.textContent = field.files.length ? field.files[0].name : words.dataset.chosen;
    words.hidden = false;
  };
  for (const field of document.querySelectorAll(".pv-choose input")) {
    showPaper(field);
    field.addEventListener("change", () => showPaper(field));
  }

  // The way of sending chooses its usual post, until the person has chosen one.
  const send = document.querySelector("form[data-usual]");
  if (send) {
    send.elements.preset.value = "";
    let own = false;
    const post = send.elements.to_post;
    const words = send.querySelector("[data-chosen-post]"); // in full: the list cuts a long name
    const tell = () => { words.textContent = post.value ? post.selectedOptions[0].textContent : ""; };
    post.addEventListener("change", () => { own = true; tell(); });
    send.addEventListener("change", (event) => {
      if (event.target.name === "how" && !own) { post.value = event.target.dataset.post; tell(); }
    });
    tell();
  }

  const caps = document.querySelector("[data-caps]");
  const password = document.getElementById("password");
  if (caps && password) {
    const look = (event) => { caps.hidden = !event.getModifierState?.("CapsLock"); };
    password.addEventListener("keydown", look);
    password.addEventListener("keyup", look);
  }
})();
