"use strict";

// A scanner ends each reference with Enter: there it leads on to the next field, and books nothing.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || field.name !== "references") return;
  event.preventDefault();
  field.form.elements.instrument.focus();
});
