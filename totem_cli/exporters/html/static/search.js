// Narrows the list that the page shows anyway, blind to case, accents and ligatures.
const letters = { œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ı: "i", ŋ: "n", ŧ: "t" };
const fold = (text) =>
  text.normalize("NFKD").replace(/([\u0000-\u052f])\p{M}+/gu, "$1").normalize("NFC").toLowerCase()
    .replace(/[œæßøđðþłħıŋŧ]/g, (letter) => letters[letter])
    .replace(/[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/g, " $& ");
const form = document.getElementById("search");
const field = document.getElementById("words");
const found = document.getElementById("found");
const texts = new Map(window.totemIndex);
const lines = [...document.querySelectorAll(".line")].map((line) => [line, texts.get(line.querySelector("a").getAttribute("href")) || ""]);
const narrow = () => {
  const words = fold(field.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  let count = 0;
  for (const [line, text] of lines) {
    line.hidden = !words.every((word) => text.includes(word));
    count += !line.hidden;
  }
  for (const shelf of document.querySelectorAll(".shelf")) shelf.hidden = !shelf.querySelector(".line:not([hidden])");
  found.textContent = words.length ? (count > 1 ? form.dataset.found.replace("%", count) : count ? form.dataset.one : form.dataset.none) : "";
};
form.hidden = false;
field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", narrow);
form.addEventListener("submit", (event) => event.preventDefault());
narrow();
