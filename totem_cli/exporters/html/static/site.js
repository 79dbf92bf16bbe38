// Where scripts run, the permanent link copies itself and the system's own sheet to share is offered.
const here = (list) => list.querySelector("[data-copy]")?.href ?? location.href.split("#")[0];
for (const list of document.querySelectorAll(".share")) {
  const copy = navigator.clipboard && list.querySelector("[data-copy]");
  if (copy) {
    copy.textContent = copy.dataset.copy;
    copy.setAttribute("role", "button");
    copy.parentElement.setAttribute("aria-live", "polite");
    copy.addEventListener("click", async (event) => {
      event.preventDefault();
      await navigator.clipboard.writeText(copy.href);
      copy.textContent = copy.dataset.copied;
    });
    copy.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      copy.click();
    });
  }
  const sheet = navigator.share && list.querySelector("[data-title]");
  if (sheet) {
    sheet.parentElement.hidden = false;
    sheet.addEventListener("click", () => navigator.share({ title: sheet.dataset.title, url: here(list) }).catch(() => {}));
  }
  const mail = list.querySelector('[href^="mailto:"]:not([href*="body="])');
  if (mail && location.protocol !== "file:") mail.href += `&body=${encodeURIComponent(here(list))}`;
}
