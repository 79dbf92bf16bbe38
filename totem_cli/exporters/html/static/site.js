// The permanent link copies itself where the browser can; without this it is a plain link.
for (const link of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  link.textContent = link.dataset.copy;
  link.setAttribute("role", "button");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    link.textContent = link.dataset.copied;
  });
}
