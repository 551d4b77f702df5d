"use strict";

// Says the brand while the number is typed, and at once when it is one that is not taken. The
// table of numbers and the sentences come with the page.
const form = document.querySelector("form[data-brands]");
const number = document.getElementById("number");
const advice = document.getElementById("advice");
const ranges = JSON.parse(form.dataset.brands);
const refusals = JSON.parse(form.dataset.refusals);
// As many digits as the longest row of the table: after them a brand is known or there is none.
const enough = Math.max(...ranges.map((range) => range[1].length));

function digits() {
  return number.value.replace(/[ \-\u00a0]/g, "");
}

function brandOf(typed) {
  let brand = "";
  let known = 0;
  for (const [name, first, last] of ranges) {
    const start = typed.slice(0, first.length);
    if (start.length === first.length && first <= start && start <= last && first.length > known) {
      brand = name;
      known = first.length;
    }
  }
  return brand;
}

function passesLuhn(typed) {
  let total = 0;
  for (const [place, digit] of [...typed].reverse().entries()) {
    const value = Number(digit) * (1 + (place % 2));
    total += value > 9 ? value - 9 : value;
  }
  return total % 10 === 0;
}

function say(text, wrong) {
  // Writing the same words again would make a screen reader repeat them.
  if (advice.textContent !== text) advice.textContent = text;
  advice.classList.toggle("error", wrong);
  if (wrong) number.setAttribute("aria-invalid", "true");
  else number.removeAttribute("aria-invalid");
}

function advise() {
  const typed = digits();
  const brand = brandOf(typed);
  const refusal = brand || typed.length >= enough ? refusals[brand] : undefined;
  say(refusal || brand, Boolean(refusal));
  return !refusal;
}

// A whole number has a check digit; while it is still being typed, none can be expected.
function check() {
  if (number.value === "" || !advise()) return;
  if (!passesLuhn(digits())) say(form.dataset.mistyped, true);
}

number.addEventListener("input", advise);
number.addEventListener("change", check);
form.addEventListener("submit", (event) => {
  check();
  // An empty field is for the gateway to speak of, together with the others.
  if (number.value !== "" && number.getAttribute("aria-invalid")) {
    event.preventDefault();
    number.focus();
  }
});
if (number.value !== "") advise();

// Tells the page that framed us that the form is there, and when a new card is begun.
function tell(kind) {
  if (form.dataset.parent) window.parent.postMessage({ kind }, form.dataset.parent);
}

form.addEventListener("input", () => tell("card-typing"), { once: true });
tell("card-ready");
