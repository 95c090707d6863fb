// Every staff page: the components of the NHS.UK frontend, and the warning before somebody is signed out.
import { initAll } from "/static/nhsuk/nhsuk.js";
import { watchIdleTime } from "./staff/idle.js";

initAll();
const dialog = document.getElementById("idle");
if (dialog) watchIdleTime(dialog);
