"""Figures for print: frames for the charts (``*_data``, ``plane``) apart from their looks."""
