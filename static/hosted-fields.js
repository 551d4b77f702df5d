"use strict";

// The card is typed in Braintree's frames, one for each field. We are handed a nonce and send it
// on; what the server is told about the card comes from Braintree, not from here.
const BRANDS = [
  "visa", "mastercard", "american-express", "diners-club", "discover", "jcb", "union-pay",
  "maestro", "elo", "mir", "hiper", "hipercard",
];
const form = document.getElementById("hosted-fields");
const button = form.querySelector("button");
const boxes = new Map();
for (const box of form.querySelectorAll("[data-field]")) boxes.set(box.dataset.field, box);

// Brands are written in several ways: MasterCard, master-card, mastercard.
const plain = (brand) => brand.toLowerCase().replace(/[^a-z]/g, "");
const accepted = form.dataset.brands.split(",").map(plain);

function notice(shown) {
  for (const id of ["card-late", "card-unreached", "card-not-taken"]) {
    document.getElementById(id).hidden = id !== shown;
  }
}

function faultOf(state, name) {
  const { fault, brandFault } = boxes.get(name).dataset;
  if (state.fields[name].isValid) return "";
  if (!brandFault || state.fields[name].isEmpty || state.cards.length === 0) return fault;
  return state.cards.some((card) => accepted.includes(plain(card.type))) ? fault : brandFault;
}

function say(fields, name, words) {
  const place = document.getElementById(`card-${name}-error`);
  if (place.textContent === words) return;
  place.textContent = words;
  place.hidden = words === "";
  // Our words stand outside the frame; the screen reader hears them from inside.
  fields.setAttribute({ field: name, attribute: "aria-invalid", value: words !== "" });
  fields.setMessage({ field: name, message: words });
}

function watch(fields) {
  const whileTyping = (state) => {
    // What was said of the card before does not hold for the next one.
    document.getElementById("error-summary")?.remove();
    const name = state.emittedBy;
    say(fields, name, state.fields[name].isPotentiallyValid ? "" : faultOf(state, name));
  };
  fields.on("validityChange", whileTyping);
  fields.on("cardTypeChange", whileTyping);
  fields.on("blur", (state) => {
    const name = state.emittedBy;
    if (!state.fields[name].isEmpty) say(fields, name, faultOf(state, name));
  });
  fields.on("inputSubmitRequest", () => form.requestSubmit());
}

async function send(fields) {
  if (button.disabled) return;
  const state = fields.getState();
  for (const name of boxes.keys()) say(fields, name, faultOf(state, name));
  const faulty = [...boxes.keys()].find((name) => faultOf(state, name));
  if (faulty) {
    fields.focus(faulty);
    return;
  }
  notice("");
  button.disabled = true;
  try {
    form.elements.nonce.value = (await fields.tokenize()).nonce;
    form.submit();
  } catch (fault) {
    button.disabled = false;
    notice(fault.type === "NETWORK" ? "card-unreached" : "card-not-taken");
  }
}

async function start() {
  const options = {};
  for (const [name, container] of boxes) {
    const label = container.dataset.label;
    options[name] = { container, iframeTitle: label, internalLabel: label };
  }
  options.number.supportedCardBrands = Object.fromEntries(
    BRANDS.map((brand) => [brand, accepted.includes(plain(brand))]),
  );
  const client = await braintree.client.create({ authorization: form.dataset.clientToken });
  const fields = await braintree.hostedFields.create({
    client,
    fields: options,
    styles: { input: { color: "#1b1b1b", "font-family": "sans-serif", "font-size": "17px" } },
  });
  watch(fields);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(fields);
  });
}

const late = setTimeout(() => notice("card-late"), form.dataset.wait * 1000);
form.hidden = false;
document.getElementById("card-wait").hidden = true;
start().then(
  () => {
    button.disabled = false;
    notice("");
  },
  () => {
    form.hidden = true;
    notice("card-late");
  },
).finally(() => clearTimeout(late));
