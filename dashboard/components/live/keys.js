// Moving about the grid: one square is in the tab order, the arrows move it, Enter opens the cell's page.
const MOVES = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, -12],
  End: [0, 12],
}

function squareAt(view, at) {
  const row = at && view.elements && view.elements.get(at.cell)
  return row ? row.children[at.month] : null
}

function rove(view, at, focus) {
  if (!view.elements || !view.sequence.length) return
  const wanted = view.elements.has(at.cell) ? at : { cell: view.sequence[0], month: 1 }
  const before = squareAt(view, view.at)
  if (before) before.tabIndex = -1
  view.at = wanted
  const square = squareAt(view, wanted)
  square.tabIndex = 0
  if (focus) square.focus()
}

function placeOf(target) {
  const square = target.closest("[data-month]")
  return square ? { cell: square.parentElement.dataset.cell, month: Number(square.dataset.month) } : null
}

function periodOf(view, at) {
  return at.month ? `${view.data.year}-${String(at.month).padStart(2, "0")}` : null
}

function onKey(view, event) {
  const at = placeOf(event.target)
  if (!at) return
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault()
    open(view, at.cell, periodOf(view, at), event)
    return
  }
  const move = MOVES[event.key]
  if (!move) return
  event.preventDefault()
  const far = event.ctrlKey && (event.key === "Home" || event.key === "End") ? Math.sign(move[1]) * 1e6 : move[0]
  const index = view.sequence.indexOf(at.cell) + far
  const cell = view.sequence[Math.max(0, Math.min(view.sequence.length - 1, index))]
  rove(view, { cell, month: Math.max(0, Math.min(12, at.month + move[1])) }, true)
}

function listenToGrid(view) {
  view.grid.onkeydown = (event) => onKey(view, event)
  view.grid.onclick = (event) => {
    const at = placeOf(event.target)
    if (at) open(view, at.cell, periodOf(view, at), event)
  }
  view.grid.onfocusin = (event) => {
    const at = placeOf(event.target)
    if (at) rove(view, at, false)
    tip(view, event.target)
  }
  view.grid.onfocusout = () => tip(view, null)
  view.grid.onmouseover = (event) => tip(view, event.target)
  view.grid.onmouseleave = () => tip(view, null)
}

function tip(view, target) {
  const square = target && target.closest("[data-month]")
  view.tip.hidden = !square
  if (!square) return
  setText(view.tip, square.getAttribute("aria-label"))
  const box = square.getBoundingClientRect()
  const width = Math.min(320, window.innerWidth - 16)
  view.tip.style.maxWidth = `${width}px`
  view.tip.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - view.tip.offsetWidth - 12))}px`
  view.tip.style.top = `${box.bottom + 6 + view.tip.offsetHeight > window.innerHeight ? box.top - view.tip.offsetHeight - 6 : box.bottom + 6}px`
}
