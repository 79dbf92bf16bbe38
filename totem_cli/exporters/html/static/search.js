// Finds people, episodes and questions, blind to case, accents and ligatures. The index is loaded when it is first used.
const letters = { œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ı: "i", ŋ: "n", ŧ: "t" };
const fold = (text) =>
  text.normalize("NFKD").replace(/([\u0000-\u052f])\p{M}+/gu, "$1").normalize("NFC").toLowerCase()
    .replace(/[œæßøđðþłħıŋŧ]/g, (letter) => letters[letter]);
const wordsOf = (folded) => folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const get = (id) => document.getElementById(id);
const [form, field, found, results, everything] = ["search", "words", "found", "results", "everything"].map(get);
const data = JSON.parse(form.dataset.search);
const forms = new Intl.PluralRules(data.language);
const SHOWN = 20;

// A slug that is what the title makes is left out of the index, but for the number before it.
const slugOf = (slug, head) => slug.endsWith("*") ? slug.slice(0, -1) + wordsOf(head).join("-") : slug;
const pageOf = (folder, slug) => encodeURI(`${folder}/${slug}/index.html`);
let people = [];
const parts = new Map();
window.totemIndex = (kind, start, rows, shared) => {
  if (kind === "people") {
    people = rows.map(([slug, title]) => ({ title, text: fold(title), get address() { return pageOf("people", slugOf(slug, this.text)); } }));
  } else parts.set(start, rows.map(([slug, title, language, at = 0, guests = [], questions = [], words = ""]) => {
    const head = fold(title);
    const [series, where] = shared[at];
    const address = pageOf(series, slugOf(slug, head));
    const names = () => guests.map((guest) => people[guest]?.title ?? guest).join(", ");
    return { address, title, language, head, get note() { return [where, names()].filter(Boolean).join(" · "); },
      get text() { return this.all ??= fold([title, this.note, words, ...questions].join(" ")); },
      questions: questions.map((question, place) => ({
        address: `${address}#question-${place + 1}`, title: question, language, note: title, text: fold(question),
      })) };
  }));
};
let loaded;
const load = () => loaded ??= Promise.all(data.index.map((address) => new Promise((done) => {
  const script = document.createElement("script");
  script.onload = script.onerror = done;
  script.src = data.root + address;
  document.head.append(script);
})));

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const line = ({ address, title, language, note }) => make("li", { className: "line" }, make("div", {},
  make("a", { className: "title", href: data.root + address, lang: language || data.language, dir: "auto" }, title),
  ...(note ? [make("p", { className: "note" }, note)] : [])));
const shelf = (label, hits, all) => {
  if (!hits.length) return [];
  const shown = all ? hits : hits.slice(0, SHOWN);
  const more = make("button", { type: "button" }, `${data.all} (${hits.length})`);
  more.addEventListener("click", () => {
    const section = more.parentElement;
    const [whole] = shelf(label, hits, true);
    section.replaceWith(whole);
    whole.querySelectorAll("a")[SHOWN].focus();
  });
  return [make("section", {}, make("h2", {}, label), make("ul", { className: "lines" }, ...shown.map(line)),
    ...(shown.length < hits.length ? [more] : []))];
};

const search = async () => {
  const asked = field.value;
  const words = wordsOf(fold(asked));
  if (words.length) await load();
  if (asked !== field.value) return;
  const holds = (text) => words.every((word) => text.includes(word));
  const episodes = [...parts.keys()].sort((one, other) => one - other).flatMap((start) => parts.get(start));
  const inText = words.length ? episodes.filter((one) => holds(one.text)) : [];
  const hits = [
    [data.people, words.length ? people.filter((one) => holds(one.text)) : []],
    [data.episodes, [...inText.filter((one) => holds(one.head)), ...inText.filter((one) => !holds(one.head))]],
    [data.questions, words.length ? episodes.flatMap((one) => one.questions).filter((one) => holds(one.text)) : []],
  ];
  const count = hits.reduce((sum, [, some]) => sum + some.length, 0);
  results.replaceChildren(...hits.flatMap(([label, some]) => shelf(label, some, false)));
  results.hidden = !words.length;
  everything.hidden = words.length > 0;
  const said = data.found[forms.select(count)] ?? data.found.other;
  found.textContent = words.length ? (count ? said.replace("{count}", count) : data.none) : "";
};
const address = () => {
  const here = new URL(location);
  if (field.value) here.searchParams.set("q", field.value);
  else here.searchParams.delete("q");
  try { history.replaceState(null, "", here); } catch { /* a page read from a disk may not */ }
};
form.hidden = false;
field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("focus", load);
field.addEventListener("input", search);
field.addEventListener("change", address);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await search();
  address();
  results.querySelector("a")?.focus();
});
if (field.value) search();
