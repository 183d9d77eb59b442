"""What dialogs need before anything is computed: the choices that a user has, by name. Imports nothing heavy."""
