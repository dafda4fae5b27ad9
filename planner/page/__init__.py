"""Reports as one page of HTML that opens anywhere: sentences, charts and tables; no network is asked."""
