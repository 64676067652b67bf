// The badge, the services, the notice and the progress of loading.
function buildStatus(view) {
  const t = view.data.texts
  view.badge = h("span", { class: "badge", role: "status", "data-testid": "badge" })
  view.freshness = h("span", { class: "muted", "data-testid": "freshness" })
  view.bus = h("p", { class: "bus", "data-testid": "bus" })
  view.services = h("ul", { class: "services", "aria-label": t.services, "data-testid": "services" })
  return h(
    "section",
    { class: "card health", "aria-label": t.health },
    h("header", { class: "line" }, view.badge, view.freshness),
    view.bus,
    view.services,
  )
}

function showStatus(view, frame) {
  view.offset = Date.now() - frame.now
  if (frame.updated) view.updated = frame.updated
  view.link = frame.link
  if (frame.services) {
    view.services.replaceChildren(...frame.services.map((one) => serviceItem(view, one)))
    view.silent = frame.services.some((one) => one.id === "evaluation" && one.tone === "bad")
  }
  view.away = frame.link.tone === "bad" || view.silent
  if ("loading" in frame) showLoading(view, frame.loading)
  showNotice(view, frame.notice)
  showClock(view)
}

function serviceItem(view, one) {
  const tone = { good: view.data.texts.tone_good, busy: view.data.texts.tone_busy, bad: view.data.texts.tone_bad }
  return h(
    "li",
    { "data-service": one.id, "data-tone": one.tone },
    h("span", { class: `dot ${one.tone}`, role: "img", "aria-label": tone[one.tone] }),
    h("strong", {}, one.name),
    h("span", { class: "state" }, one.text),
    one.detail ? h("span", { class: "muted detail" }, one.detail) : null,
    ...one.checks.map((check) => h("span", { class: check.ok ? "muted check" : "check wrong" }, check.text)),
  )
}

function showLoading(view, loading) {
  view.loading.hidden = !loading
  if (!loading) return
  view.loading.replaceChildren(
    h("progress", { max: 1, value: loading.share, "aria-label": loading.text }),
    h("span", {}, loading.text),
  )
}

function showNotice(view, notice) {
  view.notice.hidden = !notice
  const key = JSON.stringify(notice)
  if (!notice || view.noticeKey === key) return
  view.noticeKey = key
  view.notice.className = `notice ${notice.tone}`
  view.notice.replaceChildren(h("strong", {}, notice.title), h("span", {}, notice.text))
}

function showClock(view) {
  const t = view.data.texts
  const down = view.link && view.link.tone === "bad"
  const tone = view.state !== "live" ? "busy" : down ? "bad" : "good"
  const word = view.state !== "live" ? t.reconnecting : down ? t.offline : t.live
  view.badge.className = `badge ${tone}`
  view.badge.dataset.state = view.state !== "live" ? "reconnecting" : down ? "offline" : "live"
  setText(view.badge, word)
  const since = Date.now() - (view.offset || 0) - view.updated
  setText(view.freshness, view.updated ? fill(t.updated, { ago: ago(t, since) }) : "")
  if (view.link) setText(view.bus, view.link.text)
  view.bus.className = `bus ${down ? "wrong" : "muted"}`
}
