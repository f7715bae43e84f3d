// Asking opinions: the list of posts is filtered while one types, and a second press of the button does nothing.
(() => {
  "use strict";
  const form = document.getElementById("ask");
  if (!form) return;
  const field = document.getElementById("post-filter");
  const posts = [...form.querySelectorAll("li[data-post]")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const post of posts) post.hidden = !words.every((word) => post.textContent.toLowerCase().includes(word)) && !post.querySelector("input").checked;
    for (const list of form.querySelectorAll(".pv-posts ul")) {
      const empty = [...list.children].every((post) => post.hidden);
      list.hidden = empty;
      list.previousElementSibling.hidden = empty;
    }
  });
  field.addEventListener("keydown", (event) => { if (event.code === "Enter") { event.preventDefault(); posts.find((post) => post.getClientRects().length)?.querySelector("input").focus(); } });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
})();
