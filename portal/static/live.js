// Parts of pages by htmx: where it comes from, what a dead line means, and what a swap does to whoever reads the page.
(() => {
  "use strict";
  const { find, make, say, release, taken, load } = window.portal;
  const own = "{HTMX_OWN}";

  find("[rel=icon]").href = 'data:image/svg+xml,{ICON}';

  // What may have to be said in the corner.
  const said = {
    cut: _("Tidak tersambung ke server. Yang Anda ketik masih ada; coba lagi."),
    failed: _("Permintaan ini gagal di server. Yang Anda ketik masih ada; coba lagi."),
    mark: _("belum terkirim"),
    unsent: _("belum terkirim. Isiannya masih ada; dikirim lagi sendiri begitu tersambung."),
    again: _("Kirim sekarang"),
  };
  document.body.insertAdjacentHTML("beforeend", `<div class="toast">
    <p class="notice error" id="failure" role="alert" hidden></p>
    <p class="notice warn" id="unsent" hidden><b></b> ${said.unsent} <button type="button" data-again>${said.again}</button></p>
    </div>`);

  // A poll is no use of the session. idle.js warns before it ends; it comes when this page has been open that long.
  const alive = () => { localStorage.alive = Date.now(); };
  alive();
  const { idleMinutes } = document.body.dataset;
  if (idleMinutes) setTimeout(load, (idleMinutes - 3) * 60000, "{idle.js}");

  // htmx reads its settings from the page when it arrives.
  document.head.append(make("meta", {
    name: "htmx-config",
    content: JSON.stringify({ includeIndicatorCSS: false, history: false, defaultTimeout: 30000 }),
  }));

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

  // Swaps that nobody asked for are told from the others.
  const polled = ({ sourceEvent }) => sourceEvent.type === "every";
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
  const again = () => { if (unsent && !unsent.dataset.sent) unsent.requestSubmit(unsent.by); };
  const hold = (form) => {
    if (form !== unsent) {
      unsent = form;
      tries = 0;
      form.mark = make("span", { className: "tag warn", textContent: said.mark });
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

  // A line that died says nothing: no request waits for ever, but a file may take its time.
  addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (find("[type=file]", ctx.sourceElement)?.value) ctx.request.timeout = 0;
  });
  const mark = (element) => element.href || element.value;
  let focused;
  addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const part = ctx.sourceElement;
    const used = polled(ctx) && (find("input:checked, input:focus, textarea:focus", part) || (unsent && part.contains(unsent)));
    if (used || !taken(ctx.response.status)) event.preventDefault();
    focused = polled(ctx) && mark(find(":focus", part) || {});
    tasks.forEach((task) => {
      task.ctx = ctx;
      if (task.type === "oob") task.target = task.target.closest(".row") || task.target; // a row is found by its link
    });
  });
  addEventListener("htmx:after:settle", ({ detail: { task, newContent } }) => {
    const all = (name) => newContent.flatMap((node) => (node.matches ? [node, ...node.querySelectorAll(name)] : [])).filter((one) => one.matches(name));
    if (polled(task.ctx)) all("a, button").find((one) => focused && mark(one) === focused)?.focus();
    else {
      const [news] = all("[data-announce]");
      const [goal] = all("[data-focus]");
      if (news) say(news.dataset.announce || news.textContent);
      if (goal?.tabIndex < 0) goal.tabIndex = -1;
      queueMicrotask(() => goal?.focus()); // after htmx has seen to autofocus
    }
  });
  const cut = ({ sourceElement }) => (sourceElement.matches("form[method=post]") ? hold(sourceElement) : failure(said.cut, sourceElement));
  addEventListener("htmx:error", ({ detail: { ctx } }) => { if (ctx && ctx.text === undefined) cut(ctx); });
  addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    const { response: { status }, sourceElement, text } = ctx;
    if (taken(status)) return;
    const words = find("[data-announce]", new DOMParser().parseFromString(text, "text/html"))?.textContent;
    if (status > 501) { // a proxy speaks for a server that is away, or there is no room: that passes
      cut(ctx);
      if (!words || tries > 1) return;
    }
    failure(words || said.failed, sourceElement);
  });
  addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const { request: { form }, response, text } = ctx;
    if (form) release(form);
    if (text !== undefined) {
      if (response.status < 502) answered(form);
      if (taken(response.status)) failure("");
    }
    if (!polled(ctx)) alive();
  });
})();
