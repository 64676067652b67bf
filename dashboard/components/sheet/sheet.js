// Shows HTML that Python prepared (Jinja2, every value escaped). A plain click on a link with data-go stays in the
// page; with a modifier key it is an ordinary link.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  document.documentElement.lang = data.lang
  let page = parentElement.querySelector(".sheet")
  if (!page) {
    page = document.createElement("div")
    page.className = "sheet"
    parentElement.append(page)
  }
  const host = parentElement.host ?? parentElement
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim()
  page.classList.toggle("dark", /^#[0-3]/.test(background))
  if (page.source !== data.html) {
    const opened = [...page.querySelectorAll("details")].map((one) => one.open)
    page.source = data.html
    page.innerHTML = data.html
    if (page.subject === data.subject) page.querySelectorAll("details").forEach((one, at) => (one.open = opened[at]))
    page.subject = data.subject
  }
  page.onclick = (event) => {
    const link = event.target.closest("a[data-go]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    setTriggerValue("go", { ...JSON.parse(link.dataset.go), stay: "period" in JSON.parse(link.dataset.go) })
  }
}
