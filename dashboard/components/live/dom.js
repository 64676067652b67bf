// Small helpers. Text only ever enters the page as text nodes and attributes, never as markup.
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name === "style") Object.assign(element.style, value)
    else element.setAttribute(name, value === true ? "" : String(value))
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function ago(texts, milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 2) return texts.just_now
  if (seconds < 90) return fill(texts.seconds_ago, { n: seconds })
  if (seconds < 5400) return fill(texts.minutes_ago, { n: Math.round(seconds / 60) })
  return fill(texts.hours_ago, { n: Math.round(seconds / 3600) })
}

function isDark(element) {
  const parts = getComputedStyle(element).getPropertyValue("--st-background-color").trim()
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(parts)
  if (!match) return false
  const [r, g, b] = match.slice(1).map((hex) => parseInt(hex, 16))
  return 0.299 * r + 0.587 * g + 0.114 * b < 128
}

function link(view, cell, period) {
  const query = new URLSearchParams({ year: view.data.year, lang: view.data.lang, cell })
  if (period) query.set("period", period)
  return "?" + query.toString()
}

function open(view, cell, period, event) {
  if (event && (event.ctrlKey || event.metaKey)) window.open(link(view, cell, period), "_blank")
  else view.trigger("open", { cell, period: period || null })
}
