// `cuebook render --watch` says when something has changed.
// What changed between the reading of this page and now is told at once.
new EventSource(`/cue:changes?${document.currentScript.dataset.count}`).addEventListener("message", () => location.reload());
