// Parts of pages by htmx: where it comes from, and what a swap means to whoever reads the page.
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
  const mark = (element) => element.href || element.value;
  let focused;
  addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    if (polled(event) && find("input:checked, input:focus, textarea:focus", target)) event.preventDefault();
    focused = mark(find(":focus", target) || {});
  });
  addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form")) release(event.detail.elt);
    if (!event.detail.failed) failure("");
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
  addEventListener("htmx:sendError", ({ detail }) => failure(notice.dataset.offline, detail.elt));
  addEventListener("htmx:responseError", ({ detail }) => {
    const page = new DOMParser().parseFromString(detail.xhr.response, "text/html");
    failure(find("[data-announce]", page)?.textContent || notice.dataset.failed, detail.elt);
  });
})();
