"""A year's work judged: plan against done, model meetings."""
