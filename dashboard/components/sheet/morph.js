// Turns the page that is shown into a fresh one, touching only what differs: focus, typing, scrolling and what was
// opened stay. Elements with data-key are the same thing wherever they stand; others are matched by their place.
function morph(old, fresh, typing) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue
    return
  }
  const was = said(old)
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.matches("details"))) old.removeAttribute(name)
  }
  morphChildren(old, fresh, typing)
  const now = said(fresh)
  if (now !== null && was !== now && old !== typing && old.value !== now) old.value = now
}

// What the server said that a field holds; whatever a visitor chose since then stays until the server says otherwise.
function said(element) {
  if (element.matches("input")) return element.getAttribute("value") ?? ""
  if (element.matches("select")) return (element.querySelector("option[selected]") ?? element.options[0])?.value ?? ""
  return null
}

function morphChildren(old, fresh, typing) {
  const known = new Map([...old.children].filter((one) => one.dataset.key).map((one) => [one.dataset.key, one]))
  const coming = new Set([...fresh.children].map((one) => one.dataset.key).filter(Boolean))
  let at = old.firstChild
  for (const next of [...fresh.childNodes]) {
    while (at?.dataset?.key && !coming.has(at.dataset.key)) at = drop(at)
    while (at && next.nodeType === Node.ELEMENT_NODE && at.nodeType !== Node.ELEMENT_NODE) at = drop(at)
    const key = next.dataset?.key
    const kept = key ? known.get(key) : at && !at.dataset?.key && at.nodeName === next.nodeName ? at : null
    if (!kept) {
      old.insertBefore(next, at)
      continue
    }
    if (kept === at) at = at.nextSibling
    else old.insertBefore(kept, at)
    morph(kept, next, typing)
  }
  while (at) at = drop(at)
}

function drop(node) {
  const next = node.nextSibling
  node.remove()
  return next
}
