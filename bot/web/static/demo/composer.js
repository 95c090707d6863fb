// What the patient writes with: text field, send and thumbs up, the list of other things to do, changing a message.

export class Composer {
  #editing = null; // the message being changed

  /** `parts`: form, field, send, sticker, moreButton, more, editing, stopEditing. `does`: sendText, sendEdit, sendSticker. */
  constructor(parts, does) {
    this.parts = parts;
    this.does = does;
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    parts.field.addEventListener("keydown", (event) => this.#key(event));
    parts.field.addEventListener("input", () => this.#fit());
    parts.sticker.addEventListener("click", () => does.sendSticker());
    parts.moreButton.addEventListener("click", () => this.showMore(parts.more.hidden));
    parts.more.addEventListener("keydown", (event) => event.key === "Escape" && this.#closeMoreAndReturn());
    parts.moreButton.addEventListener("keydown", (event) => event.key === "Escape" && this.showMore(false));
    parts.stopEditing.addEventListener("click", () => this.#stopEditing());
  }

  showMore(open) {
    this.parts.more.hidden = !open;
    this.parts.moreButton.ariaExpanded = String(open);
    if (open) this.parts.more.querySelector("button").focus();
  }

  /** Put a sent message back into the field; sending then changes it. */
  edit(message) {
    this.#editing = message;
    this.parts.editing.hidden = false;
    this.#write(message.text);
    this.parts.field.focus();
  }

  clear() {
    this.#editing = null;
    this.parts.editing.hidden = true;
    this.#write("");
    this.showMore(false);
  }

  #closeMoreAndReturn() {
    this.showMore(false);
    this.parts.moreButton.focus();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.#editing) this.#stopEditing();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
  }

  #submit() {
    const words = this.parts.field.value.trim();
    const changed = this.#editing;
    if (!words) return;
    this.clear();
    this.parts.field.focus();
    if (changed) this.does.sendEdit(changed, words);
    else this.does.sendText(words);
  }

  #stopEditing() {
    this.clear();
    this.parts.field.focus();
  }

  #write(words) {
    this.parts.field.value = words;
    this.#fit();
  }

  /** As high as the text, and thumbs up only while there is none, as in Messenger. */
  #fit() {
    const { field, send, sticker } = this.parts;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    send.hidden = !field.value.trim();
    sticker.hidden = !send.hidden;
  }
}
