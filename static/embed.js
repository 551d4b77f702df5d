// For a district's page: puts our lookup where it says <div data-cecs="KEY"><a href="…">…</a></div>.
// The link stays until the lookup has told its height, and for good where it cannot be shown.
(() => {
  const own = document.currentScript.src;
  const home = new URL(own).origin;

  const show = (place) => {
    const link = [...place.childNodes];
    const frame = document.createElement("iframe");
    frame.src = new URL(`../embed/${encodeURIComponent(place.dataset.cecs)}`, own);
    frame.title = place.textContent.trim();
    frame.sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
    frame.style.cssText = "display:block;width:100%;height:0;border:0";
    frame.onload = () => frame.contentWindow.postMessage("cecs", home);
    const waiting = setTimeout(() => frame.remove(), 10000);
    addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow || event.origin !== home || !(event.data > 0)) return;
      clearTimeout(waiting);
      link.forEach((node) => node.remove());
      frame.style.height = `${event.data}px`;
    });
    place.removeAttribute("data-cecs");
    place.append(frame);
  };

  const all = () => document.querySelectorAll("[data-cecs]").forEach(show);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
