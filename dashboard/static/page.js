// Draws the charts, and keeps an open page equal to what the server would answer now.
"use strict";

const OPTIONS = { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
const TRY_AGAIN_MS = 2000;
const SIGNED_OUT = 401;
const PAPER_PX = 620; // how wide a chart is drawn for paper, so that its letters stay large enough

const main = () => document.getElementById("main");

// A chart is drawn beside the one that is shown and takes its place when it is ready, so that nothing flickers.
async function draw(script) {
  const place = document.getElementById(script.dataset.chart);
  if (!window.vegaEmbed || place.drawn === script.textContent) return;
  place.drawn = script.textContent;
  const fresh = document.createElement("div");
  fresh.className = "drawing";
  fresh.setAttribute("aria-hidden", "true"); // its place has a name, and the table beside it the numbers
  place.append(fresh);
  const { view } = await window.vegaEmbed(fresh, JSON.parse(script.textContent), OPTIONS);
  fresh.className = "drawn";
  place.replaceChildren(fresh);
  if (place.view) place.view.finalize();
  place.view = view;
  place.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
}

function drawAll() {
  document.querySelectorAll("script[data-chart]").forEach((script) => draw(script).catch(console.error));
}

// Makes `old` like `fresh` node by node: what is the same stays, with its focus, scroll and open details.
function become(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.id !== fresh.id) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return undefined;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.classList.contains("chart")) return undefined;
  const [had, has] = [[...old.childNodes], [...fresh.childNodes]];
  has.forEach((node, i) => (i < had.length ? become(had[i], node) : old.append(node)));
  had.slice(has.length).forEach((node) => node.remove());
  return undefined;
}

let wanted = null;
let fetching = false;

async function refresh() {
  if (fetching) return;
  fetching = true;
  try {
    while (wanted !== main().dataset.state) {
      const aim = wanted;
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" }, cache: "no-store" });
      if (answer.status === SIGNED_OUT) return location.reload();
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
      if (!fresh) throw new Error(`no page in the answer (${answer.status})`);
      become(main(), fresh);
      document.title = fresh.dataset.title;
      drawAll();
      if (main().dataset.state !== aim && wanted === aim) break; // newer than the event: the next one says so
    }
  } catch {
    setTimeout(refresh, TRY_AGAIN_MS);
  } finally {
    fetching = false;
  }
}

function listen() {
  const stream = new EventSource("/changes");
  stream.addEventListener("open", () => document.body.classList.remove("lost"));
  stream.addEventListener("change", (event) => {
    wanted = event.data;
    refresh();
  });
  stream.addEventListener("ended", () => {
    stream.close();
    location.reload(); // nobody is signed in any more, so the numbers must go
  });
  stream.addEventListener("error", async () => {
    document.body.classList.add("lost"); // a wall screen says so, as nobody is before it to wonder
    if (stream.readyState !== EventSource.CLOSED) return;
    wanted = null; // to look whether the page is still there for this reader
    await refresh();
    setTimeout(listen, TRY_AGAIN_MS);
  });
}

const charts = () => [...document.querySelectorAll(".chart")].filter((place) => place.view);
let opened = [];

// On paper all tables are open, also where the style sheet cannot open them.
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("#how:not([open]), details:not([open]):has(table)")];
  opened.forEach((details) => details.setAttribute("open", ""));
  charts().forEach((place) => place.view.width(PAPER_PX).run());
});
addEventListener("afterprint", () => {
  opened.forEach((details) => details.removeAttribute("open"));
  charts().forEach((place) => place.view.width(place.clientWidth).run());
});

wanted = main().dataset.state;
drawAll();
listen();
