// The ticker: events as sentences, newest first. A burst is shown a few times a second, without motion, so that it can be
// read; a screen reader hears the newest line at most every three seconds.
const KEPT = 60
const BURST = 3
const REST_MS = 250
const SPEAK_MS = 3000

function takeEvents(view, frame) {
  const fresh = frame.events.filter((line) => line.id > (view.lastEvent || 0))
  if (!fresh.length) return
  view.lastEvent = fresh[0].id
  view.arrived = [...fresh, ...(view.arrived || [])]
  view.skipped = (view.skipped || 0) + Math.max(0, frame.missed)
  if (!view.resting) showEvents(view)
}

function showEvents(view) {
  const lines = view.arrived.slice(0, KEPT)
  const more = view.skipped + view.arrived.length - lines.length
  const burst = lines.length > BURST
  if (more) view.ticker.prepend(h("li", { class: "more muted" }, fill(view.data.texts.more, { n: more })))
  view.ticker.prepend(...lines.map((line) => tickerLine(view, line, burst)))
  while (view.ticker.children.length > KEPT) view.ticker.lastChild.remove()
  view.waiting.hidden = true
  speak(view, lines[0])
  view.arrived = []
  view.skipped = 0
  if (!burst) return
  view.resting = setTimeout(() => {
    view.resting = null
    if (view.arrived.length) showEvents(view)
  }, REST_MS)
}

function tickerLine(view, line, still) {
  const text = line.cell
    ? h("a", { href: link(view, line.cell, line.period), "data-cell": line.cell, "data-period": line.period }, line.text)
    : h("span", {}, line.text)
  return h(
    "li",
    { class: still ? "event still" : "event", "data-event": line.id },
    h("span", { class: `pip ${line.tone}`, "aria-hidden": "true" }),
    h("time", { class: "muted" }, line.time),
    text,
  )
}

function speak(view, line) {
  if (!line) return
  view.words = line.text
  if (view.speaking) return
  setText(view.spoken, line.text)
  view.speaking = setTimeout(() => {
    view.speaking = null
    setText(view.spoken, view.words)
  }, SPEAK_MS)
}

function buildTicker(view) {
  const t = view.data.texts
  view.ticker = h("ol", { class: "ticker", "data-testid": "ticker" })
  view.waiting = h("p", { class: "muted" }, t.waiting)
  view.spoken = h("p", { class: "unseen", "aria-live": "polite", "data-testid": "spoken" })
  view.ticker.onclick = (event) => {
    const at = event.target.closest("a[data-cell]")
    if (!at || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    open(view, at.dataset.cell, at.dataset.period, null)
  }
  return h(
    "section",
    { class: "card events", "aria-label": t.events },
    h("h2", {}, t.events),
    view.waiting,
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t.events }, view.ticker),
    view.spoken,
  )
}
