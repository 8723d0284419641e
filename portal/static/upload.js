// For forms to which a file is attached; forms.js brings it with the first one that is chosen. Files go up at once, one after
// the other, by the tus protocol: in parts, and after a break from where the server says that it stopped.
(() => {
  "use strict";
  const said = {
    waiting: _("menunggu"),
    sending: _("mengunggah"),
    done: _("terunggah"),
    dropped: _("tidak disertakan"),
    cut: _("terputus; dilanjutkan sendiri begitu tersambung"),
    ended: _("sesi berakhir; masuk lagi di tab lain, lalu ini berlanjut"),
    failed: _("Gagal diunggah. Hilangkan centangnya atau pilih lagi berkasnya."),
    later: _("Dikirim sendiri begitu berkasnya selesai diunggah."),
    original: _("kirim ukuran asli"),
  };
  const { make, say } = window.portal;
  const PART = 262144;
  const LONGEST = 1600;
  const send = (method, url, headers, body, progress) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.timeout = 30000;
    Object.entries({ "Tus-Resumable": "1.0.0", ...headers }).forEach((pair) => request.setRequestHeader(...pair));
    request.upload.onprogress = progress;
    request.onload = () => (request.status === 401 || request.status > 499 ? reject(request) : resolve(request));
    request.onerror = request.ontimeout = reject;
    request.send(body);
  });
  const pause = (seconds) => new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
  });
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const size = (file) => `${(file.size / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

  const scaled = async (photo) => {
    if (!/^image\/(jpeg|png)$/.test(photo.type)) return photo;
    try {
      const image = await createImageBitmap(photo);
      const ratio = LONGEST / Math.max(image.width, image.height);
      if (ratio >= 1) return photo;
      const canvas = make("canvas", { width: image.width * ratio, height: image.height * ratio });
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff"; // under what a PNG leaves open
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.imageSmoothingQuality = "high";
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      const small = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
      if (small.size < photo.size) return new File([small], photo.name.replace(/\.\w+$/, "") + ".jpg");
    } catch {} // what the browser cannot read is the server's to judge
    return photo;
  };

  // One chosen file, as a row: its tick (the token, once it is there), its state in words, its progress.
  let queue = Promise.resolve();
  const attach = (input, file, home) => {
    const { form } = input;
    const row = make("div", { className: "upload" });
    const tick = make("input", { type: "checkbox", checked: true });
    const state = make("small", { textContent: said.waiting });
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", file.name);
    const label = make("label", { className: "choice" });
    const words = make("span", { textContent: `${file.name} ` });
    words.append(state);
    label.append(tick, words);
    row.append(label, bar);
    input.closest(".field").append(row);
    row.busy = () => row.isConnected && tick.checked && !tick.name && !tick.validationMessage;
    const tell = (text) => {
      if (state.textContent !== text) say(`${file.name}: ${text}`);
      state.textContent = text;
    };
    let run = 0;
    let wanted;
    const start = (chosen) => {
      wanted = chosen;
      const turn = run += 1;
      state.textContent = said.waiting;
      bar.hidden = false;
      tick.name = "";
      tick.setCustomValidity("");
      queue = queue.then(() => transfer(chosen, turn));
    };

    const transfer = async (chosen, turn) => {
      let url = "";
      let offset = 0;
      let tries = 0;
      const csrf = { "X-CSRFToken": form.elements.csrf_token.value };
      const next = () => {
        if (!url) return send("POST", home, { ...csrf, "Upload-Length": chosen.size, "Upload-Metadata": `filename ${base64(chosen.name)}` });
        if (offset < 0) return send("HEAD", url);
        const part = chosen.slice(offset, offset + PART);
        const headers = { ...csrf, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
        return send("PATCH", url, headers, part, ({ loaded }) => { bar.value = (offset + loaded) / chosen.size; });
      };
      while (turn === run && row.busy()) {
        try {
          if (!tries) state.textContent = `${said.sending} ${size(chosen)}`;
          const answer = await next();
          tries = 0;
          url = url || answer.getResponseHeader("Location");
          if (turn !== run) break; // chosen otherwise meanwhile: this answer is no longer the row's
          if (answer.status === 409) offset = -1;
          else if (answer.status > 399) tick.setCustomValidity(/plain/.test(answer.getResponseHeader("Content-Type")) && answer.responseText || said.failed);
          else {
            offset = +answer.getResponseHeader("Upload-Offset");
            bar.value = offset / chosen.size;
            if (offset === chosen.size) {
              tick.value = url.split("/").pop();
              tick.name = "upload";
            }
          }
        } catch ({ status, responseText }) {
          offset = url ? -1 : 0;
          tries += 1;
          tell(status === 401 ? said.ended : (status === 507 && responseText) || said.cut);
          await pause(Math.min(10, 2 ** tries));
        }
      }
      if (turn !== run) {
        if (url) send("DELETE", url, csrf).catch(() => {}); // else it expires
        return;
      }
      bar.hidden = true;
      tell(tick.name ? `${said.done} (${size(chosen)})` : tick.validationMessage || said.dropped);
      if (!form.later || waits(form)) return;
      form.note.remove();
      delete form.dataset.sent;
      form.later[0]?.removeAttribute("aria-disabled");
      form.requestSubmit(form.later[0]);
    };

    tick.addEventListener("change", () => {
      if (!tick.checked) tick.setCustomValidity("");
      else if (!tick.name) start(wanted);
    });
    scaled(file).then((small) => {
      start(small);
      if (small === file) return;
      const original = make("label", { className: "choice", textContent: `${said.original} (${size(file)})` });
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => start(box.checked ? file : small));
      original.prepend(box);
      row.append(original);
    });
  };
  const waits = (form) => [...form.querySelectorAll(".upload")].some((row) => row.busy());
  window.portal.attach = (input, url) => {
    [...input.files].forEach((file) => attach(input, file, url));
    input.value = "";
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    form.later = waits(form) && [event.submitter];
    if (!form.later) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.note = form.note || make("small", { textContent: said.later });
    event.submitter?.after(" ", form.note);
    say(said.later);
  }, true);
})();
