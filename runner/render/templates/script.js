"use strict";

// Copying

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every browser lets a file:// page do that.
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = button.closest(".command").querySelector("code").textContent;
    const text = button.dataset.text ? JSON.parse(button.dataset.text) : shown;
    button.textContent = (await copy(text)) ? "Copied" : "Not copied";
    button.focus();
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// What a link leads to is not folded away; nothing is on paper.

function unfold() {
  let element = null;
  try {
    element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch { /* no address of ours */ }
  for (let above = element; above; above = above.parentElement) {
    if (above.localName === "details") above.open = true;
  }
  if (element) element.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details")) details.open = true;
});

// Searching: the index stands on the start page, which is told in its address what to look for.

const ASKED = "#cue:search=";
const find = document.querySelector("form.find");
if (find) {
  find.hidden = false;
  document.querySelector("a.find").hidden = true;
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = find.dataset.start + ASKED + encodeURIComponent(find.querySelector("input").value);
  });
}

const search = document.querySelector(".search");
if (search) {
  const input = search.querySelector("input");
  const found = search.querySelector(".found");
  const results = search.querySelector(".results");
  const list = document.querySelector(".list");
  const entries = JSON.parse(document.querySelector(".index").textContent)
    .map(([address, page, heading, text]) => ({
      address, page, heading, text,
      low: `${page}\n${heading}\n${text}`.toLowerCase(),
      title: `${page}\n${heading}`.toLowerCase(),
    }));
  const MOST = 50;

  const excerpt = (entry, words) => {
    const low = entry.text.toLowerCase();
    const at = Math.max(0, Math.min(...words.map((word) => {
      const where = low.indexOf(word);
      return where < 0 ? Infinity : where;
    }).concat(low.length)) - 40);
    return (at ? "…" : "") + entry.text.slice(at, at + 160) + (entry.text.length > at + 160 ? "…" : "");
  };

  const marked = (text, words) => {
    const element = document.createElement("span");
    const low = text.toLowerCase();
    let at = 0;
    while (low.length === text.length) {
      let next = null;
      for (const word of words) {
        const where = low.indexOf(word, at);
        if (where >= 0 && (next === null || where < next[0])) next = [where, word.length];
      }
      if (next === null) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1]);
      element.append(text.slice(at, next[0]), mark);
      at = next[0] + next[1];
    }
    element.append(text.slice(at));
    return element;
  };

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length
      ? entries.filter((entry) => words.every((word) => entry.low.includes(word)))
      : [];
    const score = (entry) => words.filter((word) => entry.title.includes(word)).length;
    hits.sort((one, other) => score(other) - score(one));
    found.textContent = !words.length ? ""
      : `${hits.length || "Nothing"} found${hits.length > MOST ? `, the first ${MOST} of them` : ""}`;
    list.hidden = words.length > 0;
    results.replaceChildren(...hits.slice(0, MOST).map((entry) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = entry.address;
      link.append(marked(entry.heading ? `${entry.page}: ${entry.heading}` : entry.page, words));
      const text = document.createElement("p");
      text.append(marked(excerpt(entry, words), words));
      item.append(link, text);
      return item;
    }));
  };

  const asked = () => {
    if (location.hash.startsWith(ASKED)) {
      try {
        input.value = decodeURIComponent(location.hash.slice(ASKED.length));
      } catch { /* no address of ours */ }
    }
    show();
    if (location.hash.startsWith("#cue:search")) input.focus();
  };

  search.hidden = false;
  addEventListener("hashchange", asked);
  input.addEventListener("input", () => {
    show();
    history.replaceState(null, "", ASKED + encodeURIComponent(input.value)); // to come back to
  });
  search.addEventListener("keydown", (event) => {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && links.length) {
      links[Math.min(at + 1, links.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (links[at - 1] ?? input).focus();
    } else if (event.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    } else if (event.key === "Enter" && event.target === input && links.length) {
      links[0].click();
    } else {
      return;
    }
    event.preventDefault();
  });
  asked();
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const where = document.querySelector("[role=search] input");
  if (!where) return;
  event.preventDefault();
  where.focus();
});
