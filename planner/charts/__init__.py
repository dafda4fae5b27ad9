"""Charts and maps, each one Vega-Lite specification: drawn for print, and embedded in the page."""
