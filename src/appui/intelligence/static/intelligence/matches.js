// Keys for the queue of pairs; without it the buttons do the same.
(() => {
  "use strict";
  const pairs = [...document.querySelectorAll(".pair")];
  const current = () => pairs.findIndex((pair) => pair.contains(document.activeElement));
  const move = (step) => {
    const next = pairs[Math.min(Math.max(current() + step, 0), pairs.length - 1)];
    if (next) next.focus();
  };
  const judge = (judgement) => {
    const pair = pairs[current()];
    const button = pair && pair.querySelector(`button[value="${judgement}"]`);
    if (button) button.form.requestSubmit(button);
  };
  if (pairs.length) pairs[0].focus({ preventScroll: true });
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    s: () => judge("same"),
    d: () => judge("different"),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
