"use strict";

// The gateway's frame hands us a nonce; we send it on. Other origins are not listened to.
const frame = document.getElementById("card-frame");
const form = document.getElementById("card-nonce");
if (frame && form) {
  const origin = new URL(frame.src).origin;
  window.addEventListener("message", (event) => {
    const told = event.data;
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    if (!told || told.kind !== "card-nonce" || form.dataset.sent) return;
    form.dataset.sent = "yes";
    form.elements.nonce.value = told.nonce;
    form.submit();
  });
}
