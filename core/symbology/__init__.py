"""How results look: colours, classes and legends, as data that QGIS layers and reports are both drawn from."""
