// Whether Streamlit's own connection is up. While it is not nothing can be asked of Python; when it is again, Streamlit
// reruns the page by itself.
function pageConnected() {
  const app = document.querySelector('[data-testid="stApp"]')
  return !app || (app.dataset.testConnectionState ?? "CONNECTED") === "CONNECTED"
}

// Whether no run of Python is under way.
function pageRests() {
  const app = document.querySelector('[data-testid="stApp"]')
  return (app?.dataset.testScriptState ?? "notRunning") === "notRunning"
}
