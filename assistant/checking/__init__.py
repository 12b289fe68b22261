"""Checking finished reports and submissions: opening inputs, running the rules, rulings, and the forms results are shown in."""
