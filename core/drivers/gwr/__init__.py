"""Geographically weighted regression: locations, kernels, fits, bandwidth search, diagnostics.

Method: Fotheringham, Brunsdon and Charlton, Geographically Weighted Regression (2002); the numbers
follow GWR4 (Nakaya et al.) and are tested against its published results.
"""
