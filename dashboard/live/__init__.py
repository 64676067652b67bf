"""What goes to the browser between two runs of the page: tokens, frames and the WebSocket that carries them."""
