"""HTTP servers: a preview of the site that reloads after each edit, and the receiver of comments."""
