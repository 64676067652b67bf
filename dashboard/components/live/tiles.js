// The tiles of the glance: a value, a detail, perhaps a stacked bar or twelve columns. Whoever stands on a link stays there.
function showTiles(view, tiles) {
  const stood = view.tiles.getRootNode().activeElement?.closest("[data-tile]")?.dataset.tile
  view.tiles.replaceChildren(...tiles.map(tile))
  if (stood) view.tiles.querySelector(`[data-tile="${stood}"] a`)?.focus()
}

function tile(one) {
  return h(
    "section",
    { class: "card tile", "data-tile": one.id, "aria-label": one.label },
    h("h2", {}, one.label),
    h("p", { class: "value" }, one.href ? h("a", { href: one.href, target: "_self" }, one.value) : one.value),
    one.parts ? stacked(one) : null,
    one.bars ? columns(one) : null,
    h("p", { class: "muted detail" }, one.detail),
  )
}

function stacked(one) {
  const words = one.parts.map((part) => part.word).join(", ")
  const parts = one.parts.map((part) =>
    h("span", { class: `part ${part.css}`, title: part.word, style: { flexGrow: part.count } }),
  )
  return h("div", { class: "stack", role: "img", "aria-label": words || one.label }, ...parts)
}

function columns(one) {
  const words = one.bars.map((bar) => bar.word).join(", ")
  const bars = one.bars.map((bar) => {
    const height = bar.share === null ? 0 : Math.max(0.08, (bar.share - one.floor) / (1 - one.floor))
    return h("span", { class: "column", title: bar.word }, h("i", { style: { height: `${height * 100}%` } }))
  })
  return h("div", { class: "columns", role: "img", "aria-label": words }, ...bars)
}
