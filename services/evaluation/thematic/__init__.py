"""A year's work judged: plan against done, model meetings. Pure: rows in, answers out."""
