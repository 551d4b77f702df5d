"use strict";

// Shows the brand while the number is typed, and says so at once when it is one that is not taken.
const form = document.querySelector("form[data-brands]");
const number = document.getElementById("number");
const advice = document.getElementById("advice");
const accepted = form.dataset.accepted.split(",");
const ranges = JSON.parse(form.dataset.brands);

function brandOf(digits) {
  let brand = "";
  let known = 0;
  for (const [name, first, last] of ranges) {
    const start = digits.slice(0, first.length);
    if (start.length === first.length && first <= start && start <= last && first.length > known) {
      brand = name;
      known = first.length;
    }
  }
  return brand;
}

function advise() {
  const brand = brandOf(number.value.replace(/\D/g, ""));
  const wrong = brand !== "" && !accepted.includes(brand);
  const text = wrong
    ? `Not accepted here: ${brand}. Use a ${accepted.join(" or ")} credit card.`
    : brand;
  // Writing the same words again would make a screen reader repeat them.
  if (advice.textContent !== text) {
    advice.textContent = text;
    advice.classList.toggle("error", wrong);
  }
}

number.addEventListener("input", advise);
advise();

// Tells the page that framed us that the form is there. No secret: any page may hear it.
if (window.parent !== window) window.parent.postMessage({ kind: "card-ready" }, "*");
