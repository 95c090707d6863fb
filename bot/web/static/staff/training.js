// A training that goes on: words and bar are kept up to date; when it is over, the page shows what it found.
import { poll } from "./poll.js";

const place = document.getElementById("training-progress");
const words = document.getElementById("training-words");
const bar = document.getElementById("training-bar");

if (place) {
  poll(place.dataset.progress, (now) => {
    if (now.is_over) {
      location.reload();
      return;
    }
    if (words.textContent !== now.words) words.textContent = now.words;
    if (now.percent === null) bar.removeAttribute("value");
    else bar.value = now.percent;
  }, 3_000);
}
