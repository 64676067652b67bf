// The board: one grid of cells by months, flowing over as many columns as the screen has room for.
const COLUMN_PX = 420
const FLASH_MS = 1800

function takeRows(view, frame) {
  const fresh = view.rows === undefined || frame.all
  const known = fresh ? new Map() : view.rows
  for (const row of frame.rows) known.set(row.cell, row)
  view.rows = known
  if (fresh || !view.elements) layOut(view)
  else frame.rows.forEach((row) => patchRow(view, row))
}

function shownRows(view) {
  const wanted = plain(view.search.value)
  const rows = [...(view.rows || new Map()).values()].filter(
    (row) =>
      (!view.unit || row.unit === view.unit) &&
      (!wanted || plain(row.name).includes(wanted) || plain(row.cell).includes(wanted)),
  )
  if (view.order.value === "attention") rows.sort((a, b) => b.attention - a.attention)
  return rows
}

function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase()
}

function layOut(view) {
  const rows = shownRows(view)
  const grouped = view.order.value !== "attention"
  const columns = Math.max(1, Math.min(5, Math.floor(view.board.clientWidth / COLUMN_PX)))
  const units = grouped ? new Set(rows.map((row) => row.unit)).size : 0
  const height = Math.ceil((rows.length + 1.4 * units) / columns) + 1
  view.columns = columns
  view.elements = new Map()
  view.sequence = rows.map((row) => row.cell)
  const made = []
  let column = null
  let used = Infinity
  let unit = null
  rows.forEach((row, index) => {
    const opens = grouped && row.unit !== unit
    if (used + (opens ? 2.4 : 1) > height + 0.5 && made.length < columns) {
      column = h("div", { class: "flow", role: "presentation" })
      made.push(column)
      used = 0
      if (!opens) column.append(header(view, grouped ? fill(view.data.texts.continued, { unit: row.unit_name }) : ""))
    }
    if (opens) column.append(header(view, row.unit_name))
    used += opens ? 2.4 : 1
    unit = row.unit
    const element = rowElement(view, row, index)
    view.elements.set(row.cell, element)
    column.append(element)
  })
  view.grid.style.setProperty("--columns", String(columns))
  view.grid.setAttribute("aria-rowcount", String(rows.length))
  view.grid.replaceChildren(...made)
  view.grid.hidden = rows.length === 0
  view.none.hidden = rows.length > 0 || !view.rows || view.rows.size === 0
  showUnits(view)
  setText(view.count, fill(view.data.texts.shown, { n: rows.length, all: view.rows ? view.rows.size : 0 }))
  rove(view, view.at || { cell: view.sequence[0], month: 1 }, false)
}

function header(view, name) {
  const months = Array.from({ length: 12 }, (_, at) => h("span", {}, String(at + 1)))
  return h("div", { class: "group", "aria-hidden": "true" }, h("span", { class: "name", title: name }, name), ...months)
}

function rowElement(view, row, index) {
  const name = h(
    "div",
    { class: "name", role: "rowheader", tabindex: -1, "data-month": 0, "aria-colindex": 1, "aria-label": row.about },
    row.hard ? h("span", { class: "hard", "aria-hidden": "true" }, "▲") : null,
    row.name,
  )
  const squares = row.squares.map((square, at) => {
    const cell = h("div", { role: "gridcell", tabindex: -1, "data-month": at + 1, "aria-colindex": at + 2 })
    paint(view, cell, row, square)
    return cell
  })
  return h("div", { class: "row", role: "row", "data-cell": row.cell, "aria-rowindex": index + 1 }, name, ...squares)
}

function paint(view, element, row, [css, text, sentence]) {
  element.className = `square ${css}`
  element.dataset.grade = css
  element.setAttribute("aria-label", `${row.name}, ${sentence}`)
  setText(element, text)
}

function patchRow(view, row) {
  const element = view.elements.get(row.cell)
  if (!element) return
  row.squares.forEach((square, at) => {
    const cell = element.children[at + 1]
    const label = `${row.name}, ${square[2]}`
    if (cell.getAttribute("aria-label") === label && cell.dataset.grade === square[0]) return
    paint(view, cell, row, square)
    cell.classList.add("flash")
    setTimeout(() => cell.classList.remove("flash"), FLASH_MS)
  })
}
