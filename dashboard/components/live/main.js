// Puts the first page together once, and hands each frame to its parts. On a page behind the first one only the badge is shown.
const VIEWS = new WeakMap()
const NEWS_REST_MS = 3000

class View {
  constructor(component, data) {
    this.host = component.parentElement
    this.state = "reconnecting"
    this.adopt(component, data)
    this.build()
    this.receive(this.data.first)
    this.live = new Live(this)
    this.live.seen = { v: this.data.first.v, n: this.data.first.n }
    this.ticking = setInterval(() => this.clock(), 1000)
  }

  adopt(component, data) {
    this.data = data
    this.trigger = (name, value) => pageConnected() && component.setTriggerValue(name, value)
    this.keep = (name, value) => pageConnected() && component.setStateValue(name, value)
    document.documentElement.lang = this.data.lang
  }

  same(data) {
    return ["lang", "year", "cell", "run", "slim", "wakes"].every((name) => String(data[name]) === String(this.data[name]))
  }

  build() {
    const t = this.data.texts
    this.notice = h("div", { class: "notice", role: "alert", hidden: true })
    this.loading = h("div", { class: "loading", role: "status", hidden: true })
    this.synthetic = h(
      "p",
      { class: "synthetic", hidden: true, "data-testid": "synthetic" },
      h("strong", {}, t.synthetic),
      " ",
      t.synthetic_means,
    )
    const parts = [this.synthetic, this.notice, this.loading]
    if (this.data.slim) parts.unshift(h("div", { class: "slim" }, buildStatus(this)))
    else parts.push(...buildCity(this, t))
    this.root = h("div", { class: this.data.slim ? "root small" : "root" }, ...parts)
    this.host.append(this.root)
    this.dress()
  }

  dress() {
    this.root.classList.toggle("dark", isDark(this.host.host || this.host))
  }

  receive(frame) {
    const wasAway = this.away
    showStatus(this, frame)
    if ("synthetic" in frame) this.synthetic.hidden = !frame.synthetic
    if (this.data.slim) {
      if (frame.touched || (wasAway && !this.away)) this.soon()
      return
    }
    if (frame.tiles) showTiles(this, frame.tiles)
    if (frame.rows) takeRows(this, frame)
    takeEvents(this, frame)
    const year = frame.default_year
    if (this.data.follow && year && year !== this.data.year) this.trigger("follow", year)
    else if (frame.years && String(frame.years) !== String(this.data.years)) this.trigger("renew", frame.v)
  }

  // A page behind the first one asks for its sheet again a moment after its news: not once for each of a burst, and not
  // while it is being drawn, which news would interrupt.
  soon() {
    const rest = (this.drawn ?? 0) + NEWS_REST_MS - Date.now()
    this.pending ??= setTimeout(() => {
      this.pending = null
      if (!pageRests()) return this.soon()
      this.drawn = Date.now()
      this.trigger("touched", this.drawn)
    }, Math.max(rest, 400 + Math.random() * 400))
  }

  clock() {
    showClock(this)
  }

  close() {
    clearInterval(this.ticking)
    clearTimeout(this.pending)
    clearTimeout(this.resting)
    this.watcher?.disconnect()
    this.live.close()
    this.root.remove()
  }
}

function buildCity(view, t) {
  view.tiles = h("div", { class: "tiles", "data-testid": "tiles" })
  view.grid = h("div", { class: "grid", role: "grid", "aria-label": t.board, "aria-colcount": 13 })
  view.board = h("div", { class: "board" }, view.grid)
  view.tip = h("div", { class: "tip", "aria-hidden": "true", hidden: true })
  view.none = h("p", { class: "muted nobody", hidden: true }, t.no_match)
  const legend = view.data.legend.map((one) =>
    h("li", {}, h("span", { class: `square ${one.css}`, "aria-hidden": "true" }, one.mark), one.word),
  )
  listenToGrid(view)
  view.watcher = new ResizeObserver(() => {
    const columns = Math.max(1, Math.min(5, Math.floor(view.board.clientWidth / COLUMN_PX)))
    if (view.rows && columns !== view.columns) layOut(view)
  })
  view.watcher.observe(view.board)
  const main = h(
    "section",
    { class: "card main", "aria-label": t.board },
    h("header", { class: "bar" }, h("h2", {}, t.board), ...filters(view, t)),
    h("ul", { class: "legend", "aria-label": t.legend }, ...legend),
    view.none,
    view.board,
  )
  const side = h("div", { class: "side" }, buildStatus(view), buildTicker(view))
  return [view.tiles, h("div", { class: "split" }, main, side), view.tip]
}

function filters(view, t) {
  view.unit = view.data.unit || ""
  view.units = h("select", { "aria-label": t.unit, "data-testid": "unit" })
  view.units.onchange = () => {
    view.unit = view.units.value
    layOut(view)
    view.keep("unit", view.unit)
  }
  view.search = h("input", { type: "search", placeholder: t.search, "aria-label": t.search, "data-testid": "search" })
  view.search.oninput = () => layOut(view)
  view.order = h(
    "select",
    { "aria-label": t.order, "data-testid": "order" },
    h("option", { value: "unit" }, t.by_unit),
    h("option", { value: "attention" }, t.by_attention),
  )
  view.order.onchange = () => layOut(view)
  view.count = h("span", { class: "muted count", "data-testid": "count" })
  return [view.units, view.search, view.order, view.count]
}

function showUnits(view) {
  const units = new Map()
  for (const row of (view.rows || new Map()).values()) units.set(row.unit, row.unit_name)
  const key = [...units.keys()].join()
  if (view.unitsKey === key) return
  view.unitsKey = key
  const every = h("option", { value: "" }, view.data.texts.every_unit)
  const options = [...units].map(([code, name]) => h("option", { value: code }, name))
  view.units.replaceChildren(every, ...options)
  view.units.value = units.has(view.unit) ? view.unit : ""
}

export default function (component) {
  const known = VIEWS.get(component.parentElement)
  const data = JSON.parse(component.data.json)
  if (known && known.same(data)) {
    known.adopt(component, data)
    known.dress()
    if (data.first.v > known.live.seen.v) known.receive(data.first)
  } else {
    known?.close()
    VIEWS.set(component.parentElement, new View(component, data))
  }
  return () => {
    VIEWS.get(component.parentElement)?.close()
    VIEWS.delete(component.parentElement)
  }
}
