// What HTML alone cannot do. Every page works without it; _ui.html lists the attributes that it reads.
// live.js, which brings htmx, comes after "load": until then a page is read and its forms are plain ones.
(() => {
  "use strict";
  const { src: here } = document.currentScript;
  const find = (selector, root = document) => root.querySelector(selector);
  const say = (text) => { find("#announcer").textContent = text; };
  document.documentElement.classList.add("js");

  const reveal = (part, type) => { find("[name]", part.closest(".field")).type = type; };
  addEventListener("change", ({ target }) => {
    if (target.closest("[data-reveal]")) reveal(target, target.checked ? "text" : "password");
  });

  // A form is sent once: until its answer is there, a second click does nothing.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll("[data-reveal]").forEach((label) => reveal(label, "password")); // or the browser remembers it
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 60000, form);
    if (form.matches("[data-forget]")) Object.keys(localStorage).forEach((key) => /^draft /.test(key) && localStorage.removeItem(key));
  }, true);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  if (find("main > .notice.ok")) localStorage.removeItem(sessionStorage.sent); // forms.js kept it until now
  sessionStorage.removeItem("sent");

  const copy = (button) => {
    const source = find(button.dataset.copy);
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    document.execCommand("copy"); // navigator.clipboard is missing where an office has no https
    const label = button.textContent;
    say(button.textContent = button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 2500);
  };

  addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copy]");
    if (button) copy(button);
  });

  const taken = (status) => status < 400 || status === 409 || status === 422; // what such an answer says goes into the page
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const load = (src, more) => document.head.append(make("script", { ...more, src: new URL(src, here) }));
  addEventListener("load", () => load("{live.js}"));
  window.portal = { find, make, say, release, taken, load };
})();
