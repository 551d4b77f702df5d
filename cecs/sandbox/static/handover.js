"use strict";

// Hands the nonce to the page that framed us, and to no other origin.
const handover = document.getElementById("handover");
window.parent.postMessage(
  { kind: "card-nonce", nonce: handover.dataset.nonce },
  handover.dataset.parent,
);
