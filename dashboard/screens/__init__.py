"""The pages: they take view-models and call Streamlit."""
