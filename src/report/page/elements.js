// Text enters the page as text nodes alone.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

function by_id(id) {
  return document.getElementById(id);
}

function button(text, act) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

// Text of the report: a box of its own, so that its direction cannot rearrange its neighbours.
function given(text) {
  return element("bdi", null, show(text));
}

// A name that stands for a longer one.
function given_short(text, whole) {
  return element("bdi", { title: text === whole ? null : whole }, text);
}

let tip_owner = null;

function hide_tip() {
  by_id("tip").hidden = true;
  if (tip_owner) tip_owner.removeAttribute("aria-describedby");
  tip_owner = null;
}

function show_tip(owner, text) {
  const tip = by_id("tip");
  hide_tip();
  tip_owner = owner;
  owner.setAttribute("aria-describedby", "tip");
  tip.textContent = text;
  tip.hidden = false;
  place_tip();
}

function place_tip() {
  if (!tip_owner) return;
  const tip = by_id("tip");
  const place = tip_owner.getBoundingClientRect();
  const left = Math.min(Math.max(12, place.left), window.innerWidth - tip.offsetWidth - 12);
  const below = place.bottom + 8;
  const fits = below + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(12, left)}px`;
  tip.style.top = `${fits ? below : Math.max(8, place.top - tip.offsetHeight - 8)}px`;
}

function term(name, text) {
  const made = element("button", { type: "button", class: "term" }, text || name);
  const tell = () => show_tip(made, TERMS[name]);
  made.addEventListener("mouseenter", tell);
  made.addEventListener("focus", tell);
  made.addEventListener("click", tell);
  made.addEventListener("mouseleave", hide_tip);
  made.addEventListener("blur", hide_tip);
  return made;
}

function picker(label, options, chosen, change) {
  const select = element("select", { id: `pick-${label.toLowerCase().replace(/\W+/g, "-")}` });
  for (const [value, text] of options) {
    select.append(element("option", { value, selected: value === chosen }, clip(text, 80)));
  }
  select.addEventListener("change", () => change(select.value));
  return element("div", { class: "picker" }, element("label", { for: select.id }, label), select);
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
