// `cuebook render --watch` says when something has changed.
new EventSource("/cue:changes").addEventListener("message", () => location.reload());
