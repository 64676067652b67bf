// One WebSocket to /api/live. It comes back by itself; a token that has grown too old is renewed by a rerun.
class Live {
  constructor(view) {
    this.view = view
    this.seen = { v: 0, n: 0 }
    this.failures = 0
    this.connect()
  }

  connect() {
    if (this.closed) return
    const { path, token } = this.view.data
    const scheme = location.protocol === "https:" ? "wss:" : "ws:"
    const query = new URLSearchParams({ t: token, v: this.seen.v, n: this.seen.n })
    this.token = token
    this.socket = new WebSocket(`${scheme}//${location.host}${path}?${query}`)
    this.socket.onmessage = (message) => this.take(JSON.parse(message.data))
    this.socket.onclose = () => this.again()
  }

  take(frame) {
    this.failures = 0
    this.seen = { v: frame.v, n: frame.n }
    this.view.state = "live"
    this.view.receive(frame)
  }

  again() {
    if (this.closed) return
    this.view.state = "reconnecting"
    this.view.clock()
    this.failures += 1
    if (this.failures > 2) this.view.trigger("renew", this.failures)
    const pause = Math.min(15000, 500 * 2 ** Math.min(this.failures, 5)) * (0.75 + Math.random() / 2)
    this.timer = setTimeout(() => this.connect(), pause)
  }

  close() {
    this.closed = true
    clearTimeout(this.timer)
    this.socket.onclose = null
    this.socket.close()
  }
}
