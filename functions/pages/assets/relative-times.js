// Keeps "3 hours ago" true while a page stays open. Without it the text is that of when the page was made.

const units = [
  ["year", 365 * 86400, 730 * 86400], ["month", 30 * 86400], ["day", 86400], ["hour", 3600], ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "always" });

function relative(milliseconds) {
  const seconds = milliseconds / 1000;
  const fitting = units.find(([, length, from = length]) => Math.abs(seconds) >= from);
  return fitting ? words.format(Math.trunc(seconds / fitting[1]), fitting[0]) : "now";
}

function update() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    element.querySelector("span").textContent = `(${relative(new Date(element.dateTime) - Date.now())})`;
  }
}

setInterval(update, 30_000);
