// Shows HTML that Python prepared (Jinja2, every value escaped). Links and forms with data-go stay in the session: the
// address they lead to is handed to Python. With a modifier key a link is an ordinary link.
const TYPING_MS = 1200
const LIVE_MS = 160
const BUSY_MS = 400
const TEXT_MS = 500
const MOST_BYTES = 300_000 // of a file; the server says what is too large

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  document.documentElement.lang = data.lang
  const page = parentElement.querySelector(".sheet") ?? start(parentElement)
  const host = parentElement.host ?? parentElement
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim()
  page.classList.toggle("dark", /^#[0-3]/.test(background))
  show(page, data)
  const trigger = (name, value) => pageConnected() && setTriggerValue(name, value)
  const go = (address, act = null) => {
    clearTimeout(page.again)
    busy(page, data.busy)
    trigger("go", { address, act, turn: Date.now() })
  }
  const write = (area, wait) => {
    clearTimeout(page.pending)
    page.pending = setTimeout(() => {
      busy(page, data.busy)
      trigger("text", { text: area.value, of: area.dataset.text, turn: Date.now() })
    }, wait)
  }
  page.onclick = (event) => {
    const line = event.target.closest("a[data-line]")
    if (line) {
      event.preventDefault()
      toLine(page.querySelector("textarea[data-text]"), Number(line.dataset.line))
      return
    }
    const link = event.target.closest("a[data-go]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    go(link.getAttribute("href"))
  }
  page.onsubmit = (event) => {
    const form = event.target.closest("form[data-go]")
    if (!form) return
    event.preventDefault()
    const act = event.submitter?.name === "do" ? event.submitter.value : null
    go(address(form), act)
  }
  page.oninput = (event) => {
    page.typed = Date.now()
    if (event.target.matches("textarea[data-text]")) return write(event.target, TEXT_MS)
    const form = event.target.closest("form[data-live]")
    if (!form) return
    clearTimeout(page.pending)
    page.pending = setTimeout(() => go(address(form)), LIVE_MS)
  }
  page.onchange = async ({ target: chosen }) => {
    if (!chosen.matches("input[data-text-file]") || !chosen.files.length) return
    const area = page.querySelector("textarea[data-text]")
    area.value = await chosen.files[0].slice(0, MOST_BYTES).text()
    chosen.value = ""
    write(area, 0)
  }
  clearTimeout(page.again)
  if (data.again) page.again = setTimeout(() => trigger("again", Date.now()), data.again)
  return () => clearTimeout(page.again)
}

function start(parent) {
  const page = document.createElement("div")
  page.className = "sheet"
  page.append(Object.assign(document.createElement("p"), { className: "waiting", hidden: true }))
  page.firstChild.setAttribute("role", "status")
  page.append(document.createElement("div"))
  parent.append(page)
  return page
}

function show(page, data) {
  clearTimeout(page.waiting)
  page.firstChild.hidden = true
  if (page.source === data.html) return
  const body = page.lastChild
  const focused = page.getRootNode().activeElement
  const typing = Date.now() - (page.typed ?? 0) < TYPING_MS ? focused : null
  if (page.subject === data.subject) {
    const fresh = document.createElement("template")
    fresh.innerHTML = data.html
    morphChildren(body, fresh.content, typing)
  } else body.innerHTML = data.html
  page.source = data.html
  page.subject = data.subject
}

// What a form asks, as the browser itself would write it; empty fields and unchanged values are left out.
function address(form) {
  const query = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    const base = form.elements[name]?.dataset?.base
    if (base === undefined ? value.trim() : value.trim() !== base) query.set(name, value.trim())
  }
  return "?" + query
}

// Selects a line of a text and brings it to the middle.
function toLine(area, line) {
  const lines = area.value.split("\n")
  const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  area.focus()
  area.setSelectionRange(from, from + (lines[line - 1] ?? "").length)
  area.scrollTop = (area.scrollHeight / lines.length) * (line - 1) - area.clientHeight / 2
  area.scrollLeft = 0
}

function busy(page, text) {
  clearTimeout(page.waiting)
  page.waiting = setTimeout(() => {
    page.firstChild.textContent = text
    page.firstChild.hidden = false
  }, BUSY_MS)
}
