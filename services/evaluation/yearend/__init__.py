"""The year's end as events: what is proposed, appraised and decided of cells and organisations, and by which rule."""
