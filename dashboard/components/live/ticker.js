// The ticker: events as sentences, newest first; a screen reader hears the newest at most every three seconds.
const KEPT = 40
const SPEAK_MS = 3000

function takeEvents(view, frame) {
  const fresh = frame.events.filter((line) => line.id > (view.lastEvent || 0))
  if (!fresh.length) return
  view.lastEvent = fresh[0].id
  if (frame.missed > 0) view.ticker.prepend(h("li", { class: "more muted" }, fill(view.data.texts.more, { n: frame.missed })))
  for (const line of fresh.reverse()) view.ticker.prepend(tickerLine(view, line))
  while (view.ticker.children.length > KEPT) view.ticker.lastChild.remove()
  view.waiting.hidden = true
  speak(view, fresh.at(-1))
}

function tickerLine(view, line) {
  const text = line.cell
    ? h("a", { href: link(view, line.cell, line.period), "data-cell": line.cell, "data-period": line.period }, line.text)
    : h("span", {}, line.text)
  return h(
    "li",
    { class: "event", "data-event": line.id },
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
