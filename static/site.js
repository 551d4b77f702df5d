// After htmx has put a new page in place, say where the reader is: at the errors, else at the heading.
function land(place) {
  if (!place) return;
  if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.select) return; // a part that follows what is being typed
  const answer = document.querySelector("#found #answer");
  if (answer) answer.scrollIntoView(); // what was looked for stands below the form
  land(document.querySelector("#error-summary") || answer || document.querySelector("#main h1"));
});
// Once a question is sent, the one that would still follow its last letter does not take its place.
document.addEventListener("htmx:config:request", (event) => {
  const sent = document.querySelector("#question form.htmx-request");
  if (event.detail.ctx.select && sent) event.preventDefault();
});
// A desk where one types on without a mouse says itself where: at its first faulty field.
document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("main [autofocus]")) land(document.querySelector("#error-summary"));
});
