"""View-models: pure functions from the picture and a language to what a screen shows. No Streamlit, no bus."""
