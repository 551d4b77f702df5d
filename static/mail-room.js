"use strict";

// A scanner ends each reference with Enter: there the next one is waited for, and nothing is booked.
// Enter where nothing was typed since leads on to the next field.
function endReference(field) {
  if (field.value.trim() === "" || /[,;]\s*$/.test(field.value)) {
    field.form.elements.instrument.focus();
    return;
  }
  field.value = field.value.trimEnd() + ", ";
}

// Who types on where Enter would send something back means to correct it, or has not looked.
function correct(button) {
  const field = button.form.elements[button.dataset.doubtful];
  field.focus();
  if (field.select) field.select();
}

// What is typed at a faulty field replaces what stands there.
window.addEventListener("load", () => document.querySelector("input[autofocus]")?.select());

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && field.name === "references") {
    event.preventDefault();
    endReference(field);
  } else if (field.name === "agreement" && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
    correct(field);
  }
});

// An envelope is booked once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  if (!event.target.elements.references) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
