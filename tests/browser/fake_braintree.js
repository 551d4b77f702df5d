"use strict";

// Stands in for Braintree's scripts: fields without frames, filled and emptied by the test.
const fake = { said: {}, brands: null, breaks: false };

function fakeFields(options) {
  const heard = {};
  const state = { cards: [], fields: {} };
  for (const name of Object.keys(options.fields)) {
    state.fields[name] = { isValid: false, isEmpty: true, isPotentiallyValid: true };
  }
  fake.brands = options.fields.number.supportedCardBrands;
  fake.types = (brand, valid) => {
    for (const name of Object.keys(state.fields)) {
      state.fields[name] = { isValid: valid, isEmpty: false, isPotentiallyValid: valid };
    }
    state.cards = [{ type: brand }];
    for (const name of Object.keys(state.fields)) {
      for (const tell of heard.validityChange) tell({ ...state, emittedBy: name });
    }
  };
  return {
    on: (event, tell) => (heard[event] = heard[event] || []).push(tell),
    getState: () => state,
    focus: () => {},
    setAttribute: () => Promise.resolve(),
    setMessage: ({ field, message }) => (fake.said[field] = message),
    tokenize: () =>
      fake.breaks ? Promise.reject({ type: "NETWORK" }) : Promise.resolve({ nonce: "a-nonce" }),
  };
}

window.fake = fake;
window.braintree = {
  client: {
    create: ({ authorization }) =>
      authorization === "a-token" ? Promise.resolve({}) : Promise.reject({ type: "MERCHANT" }),
  },
  hostedFields: { create: (options) => Promise.resolve(fakeFields(options)) },
};
