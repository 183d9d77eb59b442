"""The HTML report of an assessment, with sentences, maps, tables, charts and methods."""
