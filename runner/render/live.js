// `cuebook render --watch` says when something has changed, or is wrong.
// What changed between the reading of this page and now is told at once.
const changes = new EventSource(`/cue:changes?${document.currentScript.dataset.count}`);
changes.addEventListener("message", () => location.reload());
changes.addEventListener("wrong", (event) => {
  let banner = document.getElementById("cue:wrong");
  if (!banner) {
    banner = document.createElement("div");
    banner.id = "cue:wrong";
    banner.setAttribute("role", "alert");
    banner.style.cssText = `position: fixed; inset: auto 0 0; max-height: 50vh; overflow: auto;
      z-index: 9; margin: 0; padding: 0.7rem 1.25rem; border-top: 3px solid var(--bad, #a8231b);
      background: var(--bad-ground, #fbeae8); color: var(--bad, #a8231b);`;
    banner.append(document.createElement("strong"), document.createElement("pre"));
    banner.firstChild.textContent = "The pages could not be made anew:";
    banner.lastChild.style.cssText = `margin: 0.3rem 0 0; padding: 0; background: none; color: inherit;
      font: 0.9rem/1.5 var(--mono, monospace); white-space: pre-wrap; overflow-wrap: anywhere;`;
    document.body.append(banner);
  }
  banner.lastChild.textContent = event.data;
});
