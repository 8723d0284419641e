// Parts of pages by htmx: where it comes from, what a dead line means, and what a swap does to whoever reads the page.
(() => {
  "use strict";
  const { find, say, release, load } = window.portal;
  const own = "{HTMX_OWN}" && new URL("{HTMX_OWN}", document.currentScript.src).href;

  find("[rel=icon]").href = 'data:image/svg+xml,{ICON}';

  // What may have to be said in the corner.
  const said = {
    cut: _("Tidak tersambung ke server. Yang Anda ketik masih ada; coba lagi sebentar lagi."),
    failed: _("Permintaan ini gagal di server. Yang Anda ketik masih ada; coba lagi."),
    mark: _("belum terkirim"),
    unsent: _("belum terkirim. Isiannya masih ada; dikirim lagi sendiri begitu tersambung."),
    again: _("Kirim sekarang"),
    ends: _("Anda akan dikeluarkan pukul"),
    why: _("karena lama tidak ada kegiatan. Yang Anda ketik tidak hilang bila Anda tetap masuk."),
    stay: _("Tetap masuk"),
    over: _("Waktu habis. Biarkan halaman ini terbuka, masuk lagi di tab lain, lalu kirim dari sini."),
    enter: _("Masuk lagi"),
  };
  document.body.insertAdjacentHTML("beforeend", `<div class="toast">
    <p class="notice error" id="failure" role="alert" hidden></p>
    <p class="notice warn" id="unsent" hidden><b></b> ${said.unsent} <button type="button" data-again>${said.again}</button></p>
    <p class="notice warn" id="idle" role="status" hidden><b>${said.ends} <time></time></b> ${said.why} <button type="button">${said.stay}</button></p>
    <p class="notice error" id="idle-over" role="alert" hidden>${said.over} <a href="/" target="_blank">${said.enter}</a></p>
    </div>`);

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
  const keepAlive = async () => {
    const answer = await fetch(document.body.dataset.alive).catch(() => null);
    alive(answer?.ok && !answer.redirected ? Date.now() : 0);
  };
  alive();
  setInterval(() => alive(localStorage.alive), 5000);
  find("#idle button").onclick = keepAlive;

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
      form.mark = Object.assign(document.createElement("span"), { className: "tag warn", textContent: said.mark });
      form.by?.after(" ", form.mark);
      find("b", box).textContent = form.by?.textContent;
      box.hidden = false;
      say(`${form.by?.textContent} ${said.mark}`);
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
    const { xhr, requestConfig: { elt } } = event.detail; // detail.elt is a parent of a form that was swapped
    if (elt.matches("form")) {
      release(elt);
      if (xhr.status && xhr.status < 502) answered(elt);
    }
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
  const cut = ({ detail: { elt } }) => (elt.matches("form[method=post]") ? hold(elt) : failure(said.cut, elt));
  addEventListener("htmx:sendError", cut);
  addEventListener("htmx:timeout", cut);
  addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    const page = new DOMParser().parseFromString(xhr.response, "text/html");
    const words = find("[data-announce]", page)?.textContent;
    if (xhr.status > 501) { // a proxy speaks for a server that is away, or there is no room: that passes
      cut(event);
      if (!words || tries > 1) return;
    }
    failure(words || said.failed, elt);
  });
})();
