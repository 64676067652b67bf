"""The questions on `rpc.evaluation.*`: functions of a connection that sees one state, the question, the day."""
