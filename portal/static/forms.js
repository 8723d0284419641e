// For pages on which something is typed or attached. Without it their forms work as they are.
(() => {
  "use strict";
  const me = document.currentScript.dataset; // who types, and where files go
  const restored = _("Teks yang belum terkirim dikembalikan ke sini.");
  const { find, make, say, release, taken, load } = window.portal;

  // What is typed into a form[data-draft] is kept until it has been sent, for the person who typed it: it outlives
  // the browser's own error page. A confidential complaint's forms are not marked so.
  const WEEK = 7 * 86400000;
  const mine = `draft ${me.account} `;
  const key = (form) => mine + new URL(form.action).pathname;
  const typed = (form) => [...form.querySelectorAll("textarea")].filter((area) => area.value !== area.defaultValue);
  const restore = (root) => root.querySelectorAll("form[data-draft]").forEach((form) => {
    const [, ...texts] = JSON.parse(localStorage[key(form)] || "[]");
    const back = texts.filter(([name, text]) => {
      const area = form.elements[name];
      if (!area || area.value !== area.defaultValue || area.value === text) return false;
      area.value = text;
      return true;
    });
    if (!back.length) return;
    form.prepend(make("p", { className: "notice info", textContent: restored }));
    const fold = form.closest("details");
    if (fold) fold.open = true;
    say(restored);
  });
  Object.keys(localStorage).forEach((name) => {
    if (!name.startsWith("draft ")) return;
    const fresh = name.startsWith(mine) && Date.now() - JSON.parse(localStorage[name])[0] < WEEK;
    if (!fresh) localStorage.removeItem(name);
  });
  restore(document);
  addEventListener("htmx:after:settle", ({ target }) => restore(target));
  addEventListener("input", ({ target: { form } }) => {
    if (!form?.matches("[data-draft]")) return;
    const texts = form.elements.confidential?.checked ? [] : typed(form).map((area) => [area.name, area.value]);
    if (texts.length) localStorage[key(form)] = JSON.stringify([Date.now(), ...texts]);
    else localStorage.removeItem(key(form));
  });
  addEventListener("htmx:after:request", ({ detail: { ctx: { request: { form }, response } } }) => {
    if (form?.matches("[data-draft]") && taken(response.status)) localStorage.removeItem(key(form));
  });
  let leaving;
  addEventListener("submit", ({ target, defaultPrevented }) => {
    leaving = target.method === "post" && !defaultPrevented;
    if (leaving && target.matches("[data-draft]")) sessionStorage.sent = key(target);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    const attached = find(".upload :checked");
    if (!leaving && (attached || [...document.forms].some((form) => typed(form).length))) event.returnValue = "1";
  });

  // Files go up ahead of their form by upload.js, which comes with the first of them; a form that is sent before is sent
  // then. If it does not come, they go with the form.
  let uploads;
  addEventListener("change", ({ target }) => {
    if (!target.matches("[data-upload]")) return;
    uploads = uploads || new Promise((done) => load("{upload.js}", { onload: done, onerror: done }));
    uploads.then(() => (window.portal.attach ? window.portal.attach(target, me.url) : (uploads = undefined)));
  });
  addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (!uploads || ![...target.querySelectorAll("[data-upload]")].some((input) => input.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    uploads.then(() => { release(target); target.requestSubmit(submitter); });
  }, true);
})();
