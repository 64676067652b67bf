"""The one connection to the bus and the picture it keeps: shared by every viewer, no Streamlit inside."""
