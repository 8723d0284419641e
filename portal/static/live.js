// Parts of pages by htmx: where it comes from, what a dead line means, and what a swap does to whoever reads the page.
(() => {
  "use strict";
  const { find, say, release, alive, load } = window.portal;
  const own = "{HTMX_OWN}" && new URL("{HTMX_OWN}", document.currentScript.src).href;

  // htmx reads its settings from the page when it arrives.
  const settings = document.createElement("meta");
  settings.name = "htmx-config";
  settings.content = JSON.stringify({
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    historyRestoreAsHxRequest: false,
    responseHandling: [
      { code: "[23]04", swap: false },
      { code: "[23]..|409|422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  document.head.append(settings);

  // If the CDN did not answer, the tab's next page takes the instance's own copy at once.
  const loadOwn = () => { if (own) load(own); };
  if (find("[data-cdn]") && !(own && sessionStorage.cdn)) {
    sessionStorage.cdn = "pending";
    load("{HTMX_CDN}", {
      integrity: "{HTMX_INTEGRITY}",
      crossOrigin: "anonymous",
      onload: () => { sessionStorage.cdn = ""; },
      onerror: loadOwn,
    });
  } else loadOwn();

  // Swaps. Those that somebody asked for carry the event that triggered them; polls do not.
  const polled = ({ detail }) => !detail.requestConfig?.triggeringEvent;
  const notice = find("#failure");
  const failure = (text, place) => { // at the form that failed, else in the corner
    notice.textContent = text;
    notice.hidden = !text;
    if (place?.matches("form")) place.before(notice);
    else find(".toast").prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  };

  // A form that did not get through waits in the page and is sent again with its key, by which the server does it
  // once; meanwhile no other is sent.
  const box = find("#unsent");
  let unsent;
  let tries;
  let timer;
  const again = () => {
    if (!unsent || unsent.dataset.sent) return;
    if (unsent.by) unsent.by.click(); // htmx knows a form's button by the click
    else unsent.requestSubmit();
  };
  const hold = (form) => {
    if (form !== unsent) {
      unsent = form;
      tries = 0;
      form.mark = Object.assign(document.createElement("span"), { className: "tag warn", textContent: box.dataset.mark });
      form.by?.after(" ", form.mark);
      find("b", box).textContent = form.by?.textContent;
      box.hidden = false;
      say(`${form.by?.textContent} ${box.dataset.mark}`);
    }
    clearTimeout(timer);
    timer = setTimeout(again, Math.min(10, 2 ** ++tries) * 1000);
  };
  const answered = (form) => {
    if (form !== unsent) return;
    unsent.mark.remove();
    unsent = undefined;
    box.hidden = true;
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    if (unsent && form.matches("[hx-post]") && (form !== unsent || event.submitter !== form.by)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      release(form);
      setTimeout(again);
    } else form.by = event.submitter;
  }, true);
  addEventListener("click", ({ target }) => { if (target.matches("[data-again]")) again(); });
  addEventListener("online", again);
  addEventListener("beforeunload", (event) => { if (unsent) event.returnValue = "1"; });

  // A line that died says nothing: without a limit the request would wait for ever. A file may take its time.
  addEventListener("htmx:configRequest", ({ detail }) => {
    if (!find("[type=file]", detail.elt)?.value) detail.timeout = 30000;
  });
  const mark = (element) => element.href || element.value;
  let focused;
  addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    const used = find("input:checked, input:focus, textarea:focus", target) || (unsent && target.contains(unsent));
    if (polled(event) && used) event.preventDefault();
    focused = mark(find(":focus", target) || {});
  });
  addEventListener("htmx:oobBeforeSwap", ({ detail }) => { // a row is found by its link
    detail.target = detail.target.closest(".row") || detail.target;
  });
  addEventListener("htmx:afterRequest", (event) => {
    const { failed, xhr, requestConfig: { elt } } = event.detail; // detail.elt is a parent of a form that was swapped
    if (elt.matches("form")) {
      release(elt);
      if (xhr.status && xhr.status < 502) answered(elt);
    }
    if (!failed) failure("");
    if (!polled(event)) alive();
  });
  addEventListener("htmx:afterSettle", (event) => {
    if (polled(event)) {
      [...event.target.querySelectorAll("a, button")].find((one) => focused && mark(one) === focused)?.focus();
      return;
    }
    const get = (name) => (event.target.matches(name) ? event.target : find(name, event.target));
    const [goal, news] = [get("[data-focus]"), get("[data-announce]")];
    if (news) say(news.dataset.announce || news.textContent);
    if (!goal) return;
    if (goal.tabIndex < 0) goal.tabIndex = -1;
    goal.focus();
  });
  const cut = ({ detail: { elt } }) => (elt.matches("form[method=post]") ? hold(elt) : failure(notice.dataset.offline, elt));
  addEventListener("htmx:sendError", cut);
  addEventListener("htmx:timeout", cut);
  addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status > 501) return cut(event); // a proxy speaks, for a server that is away
    const page = new DOMParser().parseFromString(xhr.response, "text/html");
    failure(find("[data-announce]", page)?.textContent || notice.dataset.failed, elt);
  });
})();
