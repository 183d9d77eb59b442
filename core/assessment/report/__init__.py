"""The report of a whole assessment: one page of HTML with sentences, maps, tables, charts and how it was made."""
