"""Measurements, run by `manage.py bench NAME` and never by the ordinary tests.

Each bench measures beside a floor in the same run, because only ratios hold from one machine to the next.
"""
