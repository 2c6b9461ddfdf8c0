// Small comforts; every page works without them.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const shouldFocus = document.querySelector("[data-focus]");
  if (shouldFocus) shouldFocus.focus();

  // Where the tabs are wider than a phone, the open one is brought into sight.
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const [own, all] = [tab, tab.parentElement].map((item) => item.getBoundingClientRect());
    tab.parentElement.scrollLeft += own.left + own.width / 2 - (all.left + all.width / 2);
  }

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-submit-on-change]");
    if (field && field.form) field.form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const fields = [...document.querySelectorAll("[data-search]")];
    const visible = fields.find((field) => field.offsetParent !== null);
    if (!visible) return;
    event.preventDefault();
    visible.focus();
    visible.select();
  });

  // The server reads which sections of the menu are folded, so that pages come as they were left.
  document.addEventListener("toggle", (event) => {
    const section = event.target.dataset?.fold;
    if (!section) return;
    const folded = new Set((document.cookie.match(/(?:^|; )folded=([a-z.]*)/)?.[1] ?? "").split(".").filter(Boolean));
    event.target.open ? folded.delete(section) : folded.add(section);
    document.cookie = `folded=${[...folded].join(".")}; path=/; max-age=31536000; samesite=lax`;
  }, true);

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const narrow = (list, typed) => {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const rows = [...list.querySelectorAll("label")];
    rows.forEach((row) => {
      const text = plain(`${row.textContent} ${row.closest("details")?.firstElementChild.textContent ?? ""}`);
      row.hidden = !words.every((word) => text.includes(word));
    });
    list.querySelectorAll("details").forEach((group) => {
      group.hidden = !group.querySelector("label:not([hidden])");
      group.open = words.length > 0 || group.querySelector(":checked") !== null;
    });
    list.querySelector("[data-nothing]").hidden = rows.some((row) => !row.hidden);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-narrow]")) event.preventDefault();
  });

  const changed = new Set();
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-narrow]")) {
      narrow(event.target.closest("[data-checklist]"), event.target.value);
      return;
    }
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    changed.delete(form);
    if (!form.matches("[data-guard]")) return;
    // A second press would be harmless (each form carries a key); this only avoids the doubt.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-guard] button").forEach((button) => { button.disabled = false; });
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });
})();
