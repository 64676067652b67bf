"""The two v2 components: the live first page, and the sheet that shows prepared HTML."""
