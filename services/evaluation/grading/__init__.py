"""Official grades as events: who may decide which, what cancels a decision or takes its place."""
