// Two minutes' warning before the session ends unused, in whatever tab it was used last. live.js brings it in time.
(() => {
  "use strict";
  const said = {
    ends: _("Anda akan dikeluarkan pukul"),
    why: _("karena lama tidak ada kegiatan. Yang Anda ketik tidak hilang bila Anda tetap masuk."),
    stay: _("Tetap masuk"),
    over: _("Waktu habis. Biarkan halaman ini terbuka, masuk lagi di tab lain, lalu kirim dari sini."),
    enter: _("Masuk lagi"),
  };
  const { find } = window.portal;
  find(".toast").insertAdjacentHTML("beforeend", `
    <p class="notice warn" id="idle" role="status" hidden><b>${said.ends} <time></time></b> ${said.why} <button type="button">${said.stay}</button></p>
    <p class="notice error" id="idle-over" role="alert" hidden>${said.over} <a href="/" target="_blank">${said.enter}</a></p>`);
  const { idleMinutes, alive } = document.body.dataset;
  const look = () => {
    const end = +localStorage.alive + idleMinutes * 60000;
    const left = end - Date.now();
    find("#idle time").textContent = new Date(end).toTimeString().slice(0, 5).replace(":", ".");
    find("#idle").hidden = left > 120000 || left < 0;
    find("#idle-over").hidden = left > 0;
  };
  look();
  setInterval(look, 5000);
  find("#idle button").onclick = async () => {
    const answer = await fetch(alive).catch(() => null);
    localStorage.alive = answer?.ok && !answer.redirected ? Date.now() : 0;
    look();
  };
})();
