"""Provenance of results: a record of all steps that is stored with the outputs."""
