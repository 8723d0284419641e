// What HTML alone cannot do. Every page works without it; _ui.html lists the attributes that it reads.
(() => {
  "use strict";
  const me = document.currentScript.dataset;
  const find = (selector, root = document) => root.querySelector(selector);
  const say = (text) => { find("#announcer").textContent = text; };
  document.documentElement.classList.add("js");

  // htmx comes after "load": a CDN out of reach delays nothing, and between DOMContentLoaded and load htmx would
  // wait for an event that is over. If it never arrived, the tab's next page takes the local copy at once.
  const load = (src, integrity) => {
    const script = document.createElement("script");
    script.src = src;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = "anonymous";
      sessionStorage.cdn = "pending";
      script.onload = () => { sessionStorage.cdn = ""; };
      script.onerror = () => { if (me.local) load(me.local); };
    }
    document.head.append(script);
  };
  addEventListener("load", () => {
    if (me.htmx && !(me.local && sessionStorage.cdn)) load(me.htmx, me.integrity);
    else if (me.local) load(me.local);
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
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 60000, form);
  }, true);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  const copy = (button) => {
    const source = find(button.dataset.copy);
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    document.execCommand("copy"); // navigator.clipboard is missing where an office has no https
    const label = button.textContent;
    say(button.textContent = button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 2500);
  };

  // Two minutes' warning before the session ends unused, in whatever tab. A poll is no use of it.
  const idle = document.body.dataset.idleMinutes * 60000;
  const alive = (time = Date.now()) => {
    localStorage.alive = time;
    if (!idle) return;
    const end = +time + idle;
    const left = end - Date.now();
    find("#idle time").textContent = new Date(end).toTimeString().slice(0, 5).replace(":", ".");
    find("#idle").hidden = left > 120000 || left < 0;
    find("#idle-over").hidden = left > 0;
  };
  const keepAlive = async (button) => {
    const answer = await fetch(button.dataset.keepalive).catch(() => null);
    alive(answer?.ok && !answer.redirected ? Date.now() : 0);
  };
  alive();
  setInterval(() => alive(localStorage.alive), 5000);
  addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copy], [data-keepalive]");
    if (button) (button.dataset.copy ? copy : keepAlive)(button);
  });

  // Swaps. Those that somebody asked for carry the event that triggered them; polls do not.
  const polled = ({ detail }) => !detail.requestConfig?.triggeringEvent;
  const failure = (text) => { find("#failure").textContent = text; find("#failure").hidden = !text; };
  addEventListener("htmx:beforeSwap", (event) => {
    if (polled(event) && find("input:checked, input:focus, textarea:focus", event.detail.target)) event.preventDefault();
  });
  addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form")) release(event.detail.elt);
    if (!event.detail.failed) failure("");
    if (!polled(event)) alive();
  });
  addEventListener("htmx:afterSettle", (event) => {
    if (polled(event)) return;
    const get = (name) => (event.target.matches(name) ? event.target : find(name, event.target));
    const [goal, news] = [get("[data-focus]"), get("[data-announce]")];
    if (news) say(news.dataset.announce || news.textContent);
    if (!goal) return;
    if (goal.tabIndex < 0) goal.tabIndex = -1;
    goal.focus();
  });
  addEventListener("htmx:sendError", () => failure(find("#failure").dataset.offline));
  addEventListener("htmx:responseError", ({ detail }) => {
    const page = new DOMParser().parseFromString(detail.xhr.response, "text/html");
    failure(find("[data-announce]", page)?.textContent || find("#failure").dataset.failed);
  });
})();
