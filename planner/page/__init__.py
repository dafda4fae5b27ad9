"""The report as one page of HTML that opens anywhere: its data, apart from its looks."""
