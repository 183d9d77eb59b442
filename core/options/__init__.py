"""The options of choice parameters, by name. Dialogs need them at start-up: import nothing heavy here."""
