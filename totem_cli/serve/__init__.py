"""What listens: a preview of the site that follows every edit, and the receiver of comments."""
