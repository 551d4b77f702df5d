// Inside the frame. Tells the page around it how high the lookup is, if that page asks and may know.
// Where the frame is sandboxed without forms, asks the question by fetch and puts the answer in.
(() => {
  const allowed = [...document.currentScript.dataset.origins.split(" "), location.origin];
  // WordPress tells its frames a secret after the #, and listens to those only that repeat it.
  const secret = (location.hash.match(/secret=([a-zA-Z0-9]+)/) || [])[1];
  let page;

  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (page) parent.postMessage(height, page);
    if (secret) parent.postMessage({ message: "height", value: height, secret }, "*");
  };
  addEventListener("message", (event) => {
    if (event.source !== parent || parent === window) return;
    if (event.data === "cecs" && allowed.includes(event.origin)) page = event.origin;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
  // WordPress hides the frame until it hears from it; what is hidden is not drawn, nor observed.
  tell();

  if (window.origin !== "null") return;

  const answer = async (address) => {
    const found = await fetch(address, { credentials: "omit" });
    const next = new DOMParser().parseFromString(await found.text(), "text/html");
    document.title = next.title;
    document.querySelector("main").replaceWith(next.querySelector("main"));
    (document.querySelector("#error-summary") || document.querySelector("h1")).focus();
  };
  // A click, since a form that may not be sent sends no submit; Enter clicks the button, too.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const link = event.target.closest("a");
    let address;
    if (button) address = `${button.form.action}?${new URLSearchParams(new FormData(button.form))}`;
    else if (link && !link.target && !link.hash) address = link.href;
    if (address) {
      event.preventDefault();
      answer(address).catch(() => location.assign(address + location.hash));
    } else if (link && link.target && secret) {
      event.preventDefault();
      parent.postMessage({ message: "link", value: link.href, secret }, "*");
    }
  });
})();
