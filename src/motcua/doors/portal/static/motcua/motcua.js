// Comforts for those whose browser runs scripts. Every page works without them; words come from the
// page, in data- attributes, so that they are translated like all others.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function say(place, words, failed) {
  place.textContent = words;
  place.classList.toggle("failed", failed);
  place.setAttribute("role", failed ? "alert" : "status");
}

// A session ends by itself when nothing is done in it. What is done in one window counts for all.
let prolong = () => {};
for (const warning of all("dialog[data-session]")) {
  const ended = document.querySelector("dialog[data-session-ended]");
  const warn = Number(warning.dataset.warn) * 1000;
  const lasts = (seconds) => localStorage.setItem("session-ends", Date.now() + seconds * 1000);
  const look = () => {
    const left = Number(localStorage.getItem("session-ends")) - Date.now();
    if (left <= 0) {
      warning.close();
      ended.showModal();
      return;
    }
    if (left > warn) warning.close();
    else if (!warning.open) warning.showModal();
    setTimeout(look, Math.min(left > warn ? left - warn : left, 5000));
  };
  prolong = () => lasts(Number(warning.dataset.anew));
  warning.addEventListener("close", async () => {
    const left = Number(localStorage.getItem("session-ends")) - Date.now();
    if (left <= 0 || left > warn) return; // it was not a person who closed it
    const body = new URLSearchParams(new FormData(document.querySelector(".account form")));
    const answer = await fetch(warning.dataset.goOn, { method: "POST", body });
    if (answer.headers.get("Content-Type")?.startsWith("application/json"))
      lasts((await answer.json()).seconds);
  });
  lasts(Number(warning.dataset.session));
  look();
}

// A refused page starts with what is wrong.
document.getElementById("loi")?.focus();

// A page that waits for the house's own work looks again, unless somebody is typing on it.
for (const waiting of all("[data-wait]")) {
  const looked = Number(sessionStorage.getItem(location.pathname) || 0);
  if (looked >= 30) break;
  let typing = false;
  addEventListener("input", () => { typing = true; }, { once: true });
  setTimeout(() => {
    if (typing || document.hidden || all("details.ask[open]").length) return;
    sessionStorage.setItem(location.pathname, looked + 1);
    location.reload();
  }, Number(waiting.dataset.wait) * 1000);
}
if (!document.querySelector("[data-wait]")) sessionStorage.removeItem(location.pathname);

// A second press of a button while the first is on its way is the same press.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 8000);
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((f) => { delete f.dataset.sent; }));

// Pages of questions save themselves.
for (const form of all("form[data-autosave]")) {
  const place = form.querySelector("[data-saved]");
  let edits = 0, saved = 0, timer = 0, running = null;

  const soon = (delay) => {
    edits += 1;
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const send = async (upTo) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("autosave", "1");
    let words = form.dataset.failed;
    try {
      const answer = await fetch(location.pathname, {
        method: "POST", body, keepalive: document.hidden,
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const told = await answer.json();
        words = told.message;
        if (answer.ok) {
          form.elements.seen.value = told.seen;
          saved = upTo;
          say(place, words, false);
          prolong();
          await refresh(told.shown);
          return;
        }
      }
    } catch { /* the network is gone: said below, and tried again with the next key */ }
    say(place, words, true);
  };

  function save() {
    clearTimeout(timer);
    if (running || saved === edits) return running;
    running = send(edits).finally(() => {
      running = null;
    });
    return running;
  }

  // Questions that an answer has opened or closed: taken from the page as the house draws it now.
  const refresh = async (shown) => {
    const here = all("input[name=_shown]", form).map((input) => input.value);
    if (here.join() === shown.join()) return;
    const page = new DOMParser().parseFromString(
      await (await fetch(location.pathname)).text(), "text/html");
    const fresh = page.querySelector("[data-questions]");
    const old = form.querySelector("[data-questions]");
    if (!fresh || saved !== edits) return;
    const focused = document.activeElement?.id;
    old.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
    const added = shown.some((key) => !here.includes(key));
    if (added) say(place, `${place.textContent} ${form.dataset.more}`, false);
  };

  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") soon(2000);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[type=checkbox], select")) soon(300);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  // Sending waits for a save under way: it is the same draft, and the later one counts.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    const button = event.submitter;
    running.finally(() => {
      const same = all("button", form).find(
        (one) => one.name === button?.name && one.value === button?.value);
      form.requestSubmit(button?.isConnected ? button : same);
    });
  }, { capture: true });
}

// The communes of another province, when it is chosen.
document.addEventListener("change", async (event) => {
  const province = event.target;
  if (!province.dataset?.communesOf || !province.value) return;
  const list = document.getElementById(province.dataset.communesOf);
  const name = province.selectedOptions[0].textContent;
  if (all("optgroup", list).some((group) => group.label === name)) return;
  const answer = await fetch(`/dia-ban/${province.value}/`);
  if (!answer.ok) return;
  const group = document.createElement("optgroup");
  group.label = name;
  for (const [code, words] of (await answer.json()).communes) group.append(new Option(words, code));
  list.querySelector("optgroup")?.before(group);
});

// Lists of work: j and k move, Enter opens.
for (const table of all("[data-keys=list]")) {
  const rows = all("tbody tr", table);
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input, select, textarea, button")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    rows[at]?.removeAttribute("aria-current");
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[at].setAttribute("aria-current", "true");
    rows[at].querySelector("a").focus(); // Enter on a link opens it
  });
}

// A drawing of a process shows where the dossier is.
for (const picture of all(".picture")) {
  const here = picture.querySelector(".process-here");
  const show = () => {
    if (!here) return;
    const box = here.getBoundingClientRect(), frame = picture.getBoundingClientRect();
    picture.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  };
  show();
  picture.closest("details")?.addEventListener("toggle", show);
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Passkeys: the page brings what to ask the browser for, and takes its answer in a hidden field.
const bytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const letters = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function passkeyAnswer(credential) {
  const response = { clientDataJSON: letters(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = letters(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: letters(credential.rawId), type: credential.type, response,
    clientExtensionResults: {},
  });
}

for (const form of all("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    const { publicKey } = JSON.parse(form.dataset.options);
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const known of publicKey.allowCredentials ?? publicKey.excludeCredentials ?? []) {
      known.id = bytes(known.id);
    }
    try {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.answer.value = passkeyAnswer(credential);
      form.requestSubmit();
    } catch {
      say(form.querySelector("[data-told]"), form.dataset.failed, true);
    }
  });
}

// Suggestions while somebody types a search: a combobox whose list is told to screen readers, moved
// in with the arrows and left with Escape. Enter without a choice searches as it does without.
for (const place of all("[data-suggest]")) {
  const input = place.querySelector("input");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  Object.assign(list, { id: "goi-y", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset.list);
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  place.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  let at = -1, timer = 0, asked = 0;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    close();
    if (option.dataset.code) {
      location.assign(place.dataset.opens.replace("MA", option.dataset.code));
    } else {
      input.value = option.textContent;
      input.form.requestSubmit();
    }
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(([words, code], number) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `goi-y-${number}`, textContent: words });
      option.dataset.code = code;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    close();
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = suggestions.length ? `${suggestions.length} ${place.dataset.told}` : "";
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = asked += 1;
      if (input.value.trim().length < 2) return show([]);
      try {
        const answer = await fetch(`${place.dataset.suggest}?q=${encodeURIComponent(input.value)}`);
        const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
        if (mine === asked) show(suggestions);
      } catch { show([]); }
    }, 150);
  });
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      choose(options[at]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      options[at]?.setAttribute("aria-selected", "false");
      const step = event.key === "ArrowDown" ? 1 : -1;
      at = (at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length;
      options[at].setAttribute("aria-selected", "true");
      options[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[at].id);
    }
  });
  input.addEventListener("blur", () => { clearTimeout(timer); asked += 1; close(); });
}
