"""What is made to be read: reports as one page of HTML that asks no network, and figures for print."""
