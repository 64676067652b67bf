"""One server with the official images: compose file, image of the services, and the two steps that prepare it."""
