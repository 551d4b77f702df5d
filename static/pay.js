"use strict";

// The gateway's frame tells that it is there, and hands us a nonce, which we send on.
// Other origins are not listened to. This runs before the frame is read: nothing is missed.
let there = false;

window.addEventListener("message", (event) => {
  const frame = document.getElementById("card-frame");
  const told = event.data;
  if (!frame || event.source !== frame.contentWindow) return;
  if (!told || event.origin !== new URL(frame.src).origin) return;
  if (told.kind === "card-ready") {
    there = true;
    document.getElementById("card-late").hidden = true;
  }
  // What was said of the card before does not hold for the next one.
  if (told.kind === "card-typing") document.getElementById("error-summary")?.remove();
  const form = document.getElementById("card-nonce");
  if (told.kind !== "card-nonce" || form.dataset.sent) return;
  form.dataset.sent = "yes";
  form.elements.nonce.value = told.nonce;
  form.submit();
});

document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("card-frame");
  setTimeout(() => {
    document.getElementById("card-late").hidden = there;
  }, frame.dataset.wait * 1000);
});
