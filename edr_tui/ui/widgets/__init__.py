"""The widgets. Only handlers touch them; they talk by messages and never reach for the app."""
