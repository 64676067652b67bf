"""Every word on the screens: the gettext catalogues, the domain's terms, numbers and dates per language."""
