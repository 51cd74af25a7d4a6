// The document prints itself once it is there; without scripts the browser's own command does it.
if (document.body.hasAttribute("data-print")) {
  addEventListener("load", () => window.print(), { once: true });
  if (document.readyState === "complete") window.print();
}
