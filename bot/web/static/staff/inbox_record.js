// Copies the text for the record. Without this script people select and copy it themselves.
const button = document.getElementById("copy");
const text = document.getElementById("record-text");
const status = document.getElementById("copy-status");

button.hidden = false;
button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(text.value);
    status.textContent = "Copied.";
  } catch {
    text.focus();
    text.select();
    status.textContent = "The text is selected. Copy it with Ctrl and C.";
  }
});
